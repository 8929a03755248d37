// The published comparison in one go, on a machine with a GPU: our engines, the known recipe, PyTorch. See README.md.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pluginLibraryPath } from '@trt-fairmot/trt-builder';
import { probe } from '@trt-fairmot/trt-runtime';
import { jsonFrom } from './comparison/child.mjs';
import { markdownFrom, svgFrom } from './comparison/table.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [] },
    plugin: { type: 'string' },
    'recipe-plugin': { type: 'string' },
    'recipe-batches': { type: 'string', default: '1' },
    'recipe-precisions': { type: 'string', default: 'fp16' },
    libraries: { type: 'string', default: '' },
    checkpoint: { type: 'string' },
    golden: { type: 'string' },
    'golden-model': { type: 'string', default: 'full' },
    height: { type: 'string', default: '608' },
    width: { type: 'string', default: '1088' },
    batches: { type: 'string', default: '1,8' },
    seconds: { type: 'string', default: '2' },
    limit: { type: 'string', default: '600' },
    python: { type: 'string', default: 'python3' },
    only: { type: 'string', default: '' },
    device: { type: 'string', default: 'cuda' },
    out: { type: 'string', default: 'runs/comparison' },
  },
});
for (const name of ['checkpoint', 'golden']) {
  if (options[name]) continue;
  console.error(`Expected --${name} but received none; tools/bench/README.md has an example`);
  process.exit(2);
}

const here = import.meta.dirname;
const out = resolve(options.out);
mkdirSync(out, { recursive: true });
const size = { height: Number(options.height), width: Number(options.width) };
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const limitSeconds = Number(options.limit);
const env = options.libraries
  ? { LD_LIBRARY_PATH: [options.libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter) }
  : {};
const script = (name) => join(here, 'comparison', name);
const say = (text) => console.error(text);

/** Why a library does not load where engines are built, or null. */
async function loadProblem(library) {
  const code = `import ctypes, json; ctypes.CDLL(${JSON.stringify(library)}); print(json.dumps({"loaded": True}))`;
  const { loaded, error } = await jsonFrom(options.python, ['-c', code], { env, limitSeconds: 60 });
  return loaded ? null : error;
}

/** Which of TensorRT's default tactic sources can run, and what to call it in a row's name. */
async function tactics() {
  const wanted = { cudnn: 'libcudnn.so.8', cublas: 'libcublas.so.12', 'cublas-lt': 'libcublasLt.so.12' };
  const problems = [];
  for (const library of Object.values(wanted)) {
    const problem = await loadProblem(library);
    if (problem) problems.push(problem);
  }
  if (problems.length > 0) say(`tactics of cuDNN and cuBLAS are off: ${problems.join('; ')}`);
  return problems.length === 0
    ? { sources: Object.keys(wanted), name: 'cuDNN and cuBLAS tactics on' }
    : { sources: [], name: 'cuDNN and cuBLAS tactics off: libraries not found' };
}

/** PyTorch's rows, or with `reference` alone the heads that all rows are held against; as far as it came. */
async function pytorch(reference) {
  const args = [
    join(here, '..', 'python', 'pytorch_rows.py'),
    ...['--checkpoint', options.checkpoint, '--golden', options.golden, '--golden-model', options['golden-model']],
    ...['--out', out, '--height', options.height, '--width', options.width, '--batches', options.batches],
    ...['--seconds', options.seconds, '--only', options.only, '--device', options.device],
    ...(reference ? ['--reference-only'] : []),
  ];
  const file = join(out, 'pytorch.json');
  rmSync(file, { force: true });
  const { error } = await jsonFrom(options.python, args, { limitSeconds });
  if (error) say(`PyTorch: ${error}`);
  const found = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rows: [], versions: {}, reference: null };
  if (error)
    found.rows.push({ group: 'PyTorch', name: 'what follows', batch: numbers(options.batches)[0] ?? 1, error });
  return found;
}

/** Recipe engines to time, built now unless an earlier run into the same folder has built them. */
async function recipeEngines() {
  const plugin = options['recipe-plugin'];
  if (!plugin) return [];
  const chosen = await tactics();
  const engines = [];
  for (const precision of options['recipe-precisions'].split(',')) {
    for (const batch of numbers(options['recipe-batches'])) {
      for (const dense of [false, true]) {
        const job = { ...size, precision, batch, dense, plugin: resolve(plugin), checkpoint: options.checkpoint };
        engines.push(await recipeEngine(job, chosen));
      }
    }
  }
  return engines;
}

/** With all of TensorRT's default tactic sources; without cuDNN's and cuBLAS's where a build with them fails, and named so. */
async function recipeEngine(job, { sources, name }) {
  const { precision, batch, dense, plugin } = job;
  const form = dense ? 'ConvTranspose written densely' : 'ConvTranspose as exported';
  const kind = sources.length > 0 ? 'all' : 'own';
  const output = join(out, `recipe-${precision}-b${batch}-${dense ? 'dense' : 'exported'}-${kind}.engine`);
  const { error } = existsSync(output) ? {} : await buildRecipe({ ...job, output, tacticSources: sources });
  if (error && sources.length > 0)
    return recipeEngine(job, { sources: [], name: `cuDNN and cuBLAS tactics off: ${error}` });
  const title = `${precision}, DCNv2 as im2col + cuBLAS, ${form}, ${name}`;
  return { group: 'recipe', name: title, path: output, plugins: [plugin], batches: [batch], error };
}

async function buildRecipe(job) {
  say(`building ${job.output}`);
  const timingCache = join(out, 'recipe.cache');
  const built = await jsonFrom(
    process.execPath,
    [script('recipe-engine.mjs'), JSON.stringify({ ...job, timingCache })],
    {
      env,
      limitSeconds,
    },
  );
  say(built.error ?? `built in ${built.seconds} s`);
  return built;
}

function ourEngines() {
  const plugin = options.plugin ?? pluginLibraryPath();
  return options.engine.map((text) => {
    const [name, path] = text.includes('=') ? text.split(/=(.*)/s) : [text.replace(/^.*\//, ''), text];
    return {
      group: 'ours',
      name,
      path: resolve(path),
      plugins: plugin ? [plugin] : [],
      batches: numbers(options.batches),
    };
  });
}

async function engineRow({ group, name, path, plugins, error }, batch) {
  const row = { group, name, batch };
  if (error) return { ...row, error };
  const job = { engine: path, batch, plugins, seconds: Number(options.seconds), reference: join(out, 'reference') };
  const found = await jsonFrom(process.execPath, [script('engine-row.mjs'), JSON.stringify(job)], {
    env,
    limitSeconds,
  });
  if (found.skipped) return null;
  say(`${group}, ${name}, batch ${batch}: ${found.error ?? `${found.times.median.toFixed(3)} ms`}`);
  return { ...row, ...found };
}

async function engineRows(engines) {
  const rows = [];
  for (const engine of engines) for (const batch of engine.batches) rows.push(await engineRow(engine, batch));
  return rows.filter(Boolean);
}

/** Largest relative change of a median between two rounds, or null where there is nothing to compare. */
function driftOf(first, second) {
  const changes = first.flatMap(({ times }, index) => {
    const again = second[index]?.times;
    return times && again ? [Math.abs(again.median / times.median - 1)] : [];
  });
  return changes.length > 0 ? Math.max(...changes) : null;
}

await pytorch(true);
const engines = [...ourEngines(), ...(await recipeEngines())];
const before = await engineRows(engines);
const found = await pytorch(false);
const after = await engineRows(engines);
const { gpus, tensorrtFound, driverVersion } = await probe();
const result = {
  size,
  rows: [...before, ...found.rows],
  reference: found.reference,
  drift: driftOf(before, after),
  versions: {
    ...(tensorrtFound ? { TensorRT: tensorrtFound } : {}),
    ...(gpus[0] ? { GPU: gpus[0].name } : {}),
    ...(driverVersion ? { 'CUDA of the driver': driverVersion } : {}),
    Node: process.version,
    ...found.versions,
  },
};
writeFileSync(join(out, 'comparison.json'), `${JSON.stringify(result, null, 1)}\n`);
writeFileSync(join(out, 'comparison.md'), markdownFrom(result));
const plot = svgFrom(result);
if (plot) writeFileSync(join(out, 'comparison.svg'), plot);
console.log(markdownFrom(result));
