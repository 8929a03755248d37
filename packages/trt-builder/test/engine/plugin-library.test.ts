import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { pluginLibraryCandidates, pluginLibraryPath } from '../../src/engine/plugin-library.js';

test('a named library is taken as it is, whether it exists or not: its absence is an error later', () => {
  expect(pluginLibraryPath('libmine.so')).toBe('libmine.so');
});

test('TRT_FAIRMOT_PLUGINS stands for all other places', () => {
  expect(pluginLibraryCandidates({ TRT_FAIRMOT_PLUGINS: '/opt/plugins.so' })).toEqual(['/opt/plugins.so']);
});

test('else it is looked for beside the addon, then where the repository builds it', () => {
  const [besideAddon, inRepository] = pluginLibraryCandidates({}) as [string, string];
  expect(besideAddon).toMatch(/trt-runtime[\\/]build[\\/]libtrt_fairmot_plugins\.so$/);
  expect(inRepository).toMatch(/plugins[\\/]dcnv2[\\/]build[\\/]libtrt_fairmot_plugins\.so$/);
  expect([besideAddon, inRepository].every(isAbsolute)).toBe(true);
});
