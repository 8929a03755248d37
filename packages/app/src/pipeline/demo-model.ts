// The demo checkpoint: the default model inside the repository, and known by its weights everywhere.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Size the demo checkpoint was trained at. */
export const demoInputSize = { height: 320, width: 576 } as const;

/** Fingerprints of the demo checkpoints' weights (`fingerprintFromStateDict`). */
const demoFingerprints = new Set([
  'e834827e627197e56aadcc9a1d431049d943ab639b55daaadbe1f5d035627141',
  '4a24115834a7531dc6a6a63f081d6cb5a760d2b30424c2f352c344a38aa1d882',
]);

export const demoLicence = 'demo weights, for non-commercial research only (tools/demo/MODEL_CARD.md)';

/** Whether these are the weights that the repository ships for its demo. */
export function isDemoModel(fingerprint: string | undefined): boolean {
  return fingerprint !== undefined && demoFingerprints.has(fingerprint);
}

/** A file of the repository where the program runs from it, else null. */
function repositoryFile(...parts: string[]): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const path = join(here, '..', '..', '..', ...parts);
  return existsSync(path) ? path : null;
}

/** The demo checkpoint's path, or null outside the repository. */
export function demoModelPath(): string | null {
  return repositoryFile('tools', 'demo', 'fairmot-dla34-half.pth');
}

/** The demo film's path, or null outside the repository. */
export function demoFilmPath(): string | null {
  return repositoryFile('tools', 'demo', 'pedestrians.mp4');
}

/** The list of calibration images that ships in the repository, or null outside it. */
export function demoCalibrationList(): string | null {
  return repositoryFile('calib', 'calib.txt');
}
