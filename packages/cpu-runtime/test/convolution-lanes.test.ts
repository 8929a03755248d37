import { describe, expect, test } from 'vitest';
import { lanesFromCpuInfo } from '../src/convolution-lanes.js';
import { convolutionLanes } from '../src/index.js';

describe('convolutionLanes', () => {
  test('16 with AVX-512, else 8', () => {
    expect(lanesFromCpuInfo('model name\t: A\nflags\t\t: fpu avx2 avx512f avx512dq\n')).toBe(16);
    expect(lanesFromCpuInfo('flags\t\t: fpu avx avx2\n')).toBe(8);
    expect(lanesFromCpuInfo('model name : avx512f\nflags : avx512foo\n')).toBe(8);
    expect(lanesFromCpuInfo('Features\t: fp asimd\n')).toBe(8);
  });

  test('knows this machine', () => {
    expect([8, 16]).toContain(convolutionLanes());
  });
});
