import type { Options } from 'tsup';

/** How every package is built: one ESM bundle with types, dependencies left outside. */
export const base: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  dts: true,
  sourcemap: true,
  clean: true,
};
