// The one place that knows where ../shared is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'shared');

/** Whether the material for tests lies beside the checkout. */
export const hasShared = existsSync(folder);

/** Path of a file in ../shared: `shared('golden', 'network', 'input.f32')`. */
export function shared(...parts: string[]): string {
  return join(folder, ...parts);
}

/**
 * A suite that reads ../shared; skipped with a printed reason where it is absent.
 * `npm test` knows such suites by the tag in the name and fails if one was skipped although ../shared is there.
 */
export function describeShared(name: string, body: () => void): void {
  if (hasShared) {
    describe(name, body);
    return;
  }
  console.info(`skipped: ${name}: no ../shared beside the checkout`);
  // Without the body, which may read ../shared as it is collected.
  describe(`${name} [needs ../shared]`, () => test.skip('left out', () => undefined));
}
