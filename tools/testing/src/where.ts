// Suites that need something a machine may lack: each skip prints its reason.
import { describe, test } from 'vitest';

/** A suite that runs only where `reason` is null; else it is skipped and the reason printed. */
export function describeWhere(reason: string | null, name: string, body: () => void): void {
  if (reason === null) {
    describe(name, body);
    return;
  }
  console.info(`skipped: ${name}: ${reason}`);
  // Without the body, which may need the missing thing as it is collected.
  describe(name, () => test.skip('left out', () => undefined));
}

/** A test that runs only where `reason` is null; else it is skipped and the reason printed. */
export function testWhere(reason: string | null, name: string, body: () => void | Promise<void>): void {
  if (reason === null) {
    test(name, body);
    return;
  }
  console.info(`skipped: ${name}: ${reason}`);
  test.skip(name, body);
}
