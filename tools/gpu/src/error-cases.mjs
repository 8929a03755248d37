// What goes wrong on a GPU machine, shown end to end from Node: node tools/gpu/src/error-cases.mjs ENGINE VIDEO [--only NAME]
// ENGINE was made by `fairmot build` and fits this machine; VIDEO is any film. Prints PASS, FAIL or SKIP for each case; exit code 1 if one
// failed. Needs the built command (npm run build) and TensorRT where TENSORRT_ROOT or the loader finds it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandCases } from './errors/command-cases.mjs';
import { processCases } from './errors/process-cases.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
if (positionals.length !== 2) {
  console.error('Expected ENGINE and VIDEO: node tools/gpu/src/error-cases.mjs ENGINE VIDEO');
  process.exit(2);
}
const [engine, video] = positionals;
const folder = mkdtempSync(join(tmpdir(), 'fairmot-errors-'));
let failed = 0;

async function run({ name, body }) {
  if (!name.includes(values.only)) return;
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    const { skipped, said } = await body();
    console.log(`${skipped ? 'SKIP' : 'PASS'}  ${seconds()}  ${name}: ${skipped ?? said}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${seconds()}  ${name}: ${error.message}`);
  }
}

for (const one of commandCases({ engine, video, folder })) await run(one);
for (const one of processCases({ engine, video })) await run(one);
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
