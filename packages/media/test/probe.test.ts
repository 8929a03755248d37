import { expect, test } from 'vitest';
import { probeMedia } from '../src/probe.js';
import { describeBackends } from './support/backends.js';

describeBackends('probeMedia', (backend) => {
  test('version, encoders and licence', async () => {
    const report = await probeMedia();
    const { available, version, problem, encoders, licence } = report.backends[backend];
    expect([available, problem]).toEqual([true, null]);
    expect(version).toMatch(/^\S+$/);
    expect(encoders).toContain('mpeg4');
    expect(['GPL', 'LGPL', 'nonfree']).toContain(licence);
    if (encoders.includes('libx264')) expect(licence).not.toBe('LGPL');
    expect(report.sharp).toMatch(/^\d+\.\d+/);
    expect(report.chosen).not.toBeNull();
  });
});
