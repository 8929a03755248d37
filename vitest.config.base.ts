import type { ViteUserConfig } from 'vitest/config';

/** How every package is tested. The JSON report is what `npm test` counts. */
export const base: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'json'],
    outputFile: { json: 'reports/vitest.json' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    passWithNoTests: false,
    // Child processes of tests print plain text, whatever Nx asks for.
    env: { FORCE_COLOR: '0' },
  },
};
