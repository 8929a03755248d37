// The demo checkpoint: the default model inside the repository, and known by its contents everywhere.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Size the demo checkpoint was trained at. */
export const demoInputSize = { height: 320, width: 576 } as const;

/** SHA-256 of the demo checkpoints and what may be done with them. */
const demoHashes = new Set([
  'a22f1790bb3f0a964e0633b4ed216b74ef4f2b3e60d32e1ce064fb66334d820c',
  'a627162291deb0ab011a023a99ce3f56b4b1cd0492b0d8b74a661d98e52fa94b',
]);

export const demoLicence = 'demo weights, for non-commercial research only (tools/demo/MODEL_CARD.md)';

/** Whether these are the weights that the repository ships for its demo. */
export function isDemoModel(sha256: string): boolean {
  return demoHashes.has(sha256);
}

/** The demo checkpoint's path where the program runs from its repository, else null. */
export function demoModelPath(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const path = join(here, '..', '..', '..', 'tools', 'demo', 'fairmot-dla34-half.pth');
  return existsSync(path) ? path : null;
}
