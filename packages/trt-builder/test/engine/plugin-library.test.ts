import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { pluginLibraryCandidates, pluginLibraryPath } from '../../src/engine/plugin-library.js';

test('a named library is taken as it is, whether it exists or not: its absence is an error later', () => {
  expect(pluginLibraryPath('libmine.so')).toBe('libmine.so');
});

test('FAIRMOT_PLUGIN_LIBRARY stands for all other places', () => {
  expect(pluginLibraryCandidates({ FAIRMOT_PLUGIN_LIBRARY: '/opt/plugins.so' })).toEqual(['/opt/plugins.so']);
});

test('else it is looked for beside the addon, then where the repository builds it', () => {
  const [besideAddon, inRepository] = pluginLibraryCandidates({}) as [string, string];
  expect(besideAddon).toMatch(/trt-runtime[\\/]build[\\/](lib)?trt_fairmot_plugins\.(so|dll)$/);
  expect(inRepository).toMatch(/plugins[\\/]build[\\/](lib)?trt_fairmot_plugins\.(so|dll)$/);
  expect([besideAddon, inRepository].every(isAbsolute)).toBe(true);
});
