// Prints what a test's outcome depends on besides the sources, so that Nx does not replay results across it.
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));
const shared = join(import.meta.dirname, '..', '..', '..', 'shared');
const addon = join(import.meta.dirname, '..', '..', 'packages', 'trt-runtime', 'build', 'trt_fairmot.node');
const sharedStamp = existsSync(shared) ? statSync(shared).mtimeMs : 'none';
console.log(
  JSON.stringify({
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    shared: sharedStamp,
    ffmpeg: onPath('ffmpeg'),
    chromium: ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
    python: onPath('python3'),
    addon: existsSync(addon) ? statSync(addon).mtimeMs : null,
    pythonPath: process.env.FAIRMOT_PYTHON ?? null,
  }),
);
