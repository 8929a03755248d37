// An engine's heads against PyTorch's: node check-golden.mjs ENGINE GOLDEN_FOLDER half|full [TOLERANCE]
// Prints the largest and mean difference of each head; exit code 1 where a tolerance is given and exceeded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRun, runOnce } from './engine-run.mjs';
import { plugins } from './plugins.mjs';

const [path, folder, model, tolerance] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const floats = (file) => new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);

const run = await openRun(path, { plugins });
if (!run.ports.hm) {
  console.error(`Expected an engine with the outputs hm, wh, reg, id_feature but received ${path}, which has others`);
  console.error('build it with: fairmot build MODEL --disable-pass peak-heads');
  process.exit(1);
}
run.input.floats.set(floats(manifest.input.file));
await runOnce(run);
let worst = 0;
for (const [head, { file }] of Object.entries(manifest.models[model])) {
  const expected = floats(file);
  const received = run.ports[head].floats;
  let max = 0;
  let sum = 0;
  let [squares, reference] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(expected[i] - received[i]);
    max = difference > max || Number.isNaN(difference) ? difference : max;
    sum += difference;
    squares += difference ** 2;
    reference += expected[i] ** 2;
  }
  worst = Math.max(worst, max);
  const relative = Math.sqrt(squares / reference);
  console.log(
    `${model} ${head.padEnd(10)} max ${max.toExponential(2)}  mean ${(sum / expected.length).toExponential(2)}  relative ${relative.toExponential(2)}`,
  );
}
if (tolerance !== undefined) {
  const passed = worst <= Number(tolerance);
  console.log(`${passed ? 'PASS' : 'FAIL'}: largest difference ${worst.toExponential(2)}, allowed ${tolerance}`);
  process.exitCode = passed ? 0 : 1;
}
