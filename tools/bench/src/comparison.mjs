// The published comparison in one go, on a machine with a GPU: our engines, the known recipe, PyTorch. See README.md.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pluginLibraryPath } from '@trt-fairmot/trt-builder';
import { probe } from '@trt-fairmot/trt-runtime';
import { jsonFrom } from './comparison/child.mjs';
import { svgFrom } from './comparison/plot.mjs';
import { measurePytorch, pytorchGroups, writeReference } from './comparison/pytorch.mjs';
import { recipeEngine, recipeForms, recipeTactics } from './comparison/recipe.mjs';
import { RowStore } from './comparison/row-store.mjs';
import { summaryFrom } from './comparison/summary.mjs';
import { driftOf, markdownFrom } from './comparison/table.mjs';
import { judged } from './comparison/verdict.mjs';

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: [] },
    plugin: { type: 'string' },
    'recipe-plugin': { type: 'string' },
    'recipe-batches': { type: 'string', default: '1' },
    'recipe-precisions': { type: 'string', default: 'fp16' },
    'recipe-tactics': { type: 'string', default: 'all' },
    libraries: { type: 'string', default: '' },
    checkpoint: { type: 'string' },
    golden: { type: 'string' },
    'golden-model': { type: 'string', default: 'full' },
    height: { type: 'string', default: '608' },
    width: { type: 'string', default: '1088' },
    batches: { type: 'string', default: '1,8' },
    seconds: { type: 'string', default: '2' },
    limit: { type: 'string', default: '600' },
    'row-limit': { type: 'string', default: '120' },
    'compile-limit': { type: 'string', default: '180' },
    steps: { type: 'string', default: 'reference,build,time' },
    again: { type: 'boolean', default: false },
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

const out = resolve(options.out);
mkdirSync(out, { recursive: true });
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const size = { height: Number(options.height), width: Number(options.width) };
const batches = numbers(options.batches);
const limitSeconds = Number(options.limit);
const { python, checkpoint, device } = options;
const steps = options.steps.split(',');
const searched = [options.libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
const env = options.libraries ? { LD_LIBRARY_PATH: searched } : {};
const say = (text) => console.error(text);
const sayRow = ({ group, name, batch, times, error }) =>
  say(`${group}, ${name}, batch ${batch}: ${error ?? `${times.median.toFixed(3)} ms`}`);
const store = new RowStore(join(out, 'rows.json'), options);

function ourEngines() {
  const plugin = options.plugin ?? pluginLibraryPath();
  return options.engine.map((text) => {
    const [name, path] = text.includes('=') ? text.split(/=(.*)/s) : [text.replace(/^.*\//, ''), text];
    return { group: 'ours', name, path: resolve(path), plugins: plugin ? [plugin] : [], batches };
  });
}

/** The recipe's engines in turn, each built where that is still to be done, and the versions of the libraries they may call. */
async function recipeEngines() {
  const plugin = options['recipe-plugin'];
  if (!plugin) return { engines: [], versions: {} };
  const network = { ...size, plugin: resolve(plugin), checkpoint };
  const tactics = await recipeTactics({ python, env, wanted: options['recipe-tactics'], say });
  const engines = [];
  const wanted = { batches: numbers(options['recipe-batches']), precisions: options['recipe-precisions'].split(',') };
  for (const form of recipeForms(wanted)) {
    engines.push(
      await recipeEngine(form, tactics, { out, env, limitSeconds, network, say, build: steps.includes('build') }),
    );
  }
  const versions = Object.entries(tactics.versions).map(([name, version]) => [`${name} of the recipe`, version]);
  return { engines, versions: Object.fromEntries(versions) };
}

async function engineRow({ group, name, path, plugins, error }, batch, round) {
  const row = { group, name, batch };
  if (error) return { ...row, error };
  const kept = store.measured(row, round);
  if (kept) return kept;
  const job = { engine: path, batch, plugins, seconds: Number(options.seconds), reference: join(out, 'reference') };
  const script = join(import.meta.dirname, 'comparison', 'engine-row.mjs');
  const found = await jsonFrom(process.execPath, [script, JSON.stringify(job)], {
    env,
    limitSeconds: Number(options['row-limit']),
  });
  if (found.skipped) return null;
  const done = judged({ ...row, ...found });
  sayRow(done);
  store.put(done, round);
  return done;
}

/** Times engines in turn into a list that `write` shows at every step. */
async function timeEngines(engines, round, rows, write) {
  for (const engine of engines) {
    for (const batch of engine.batches) {
      const row = await engineRow(engine, batch, round);
      if (row) rows.push(row);
      write();
    }
  }
}

async function timePytorch(rows, write) {
  for (const { compile, rows: wanted } of pytorchGroups(batches, options.only)) {
    rows.push(...wanted.map((row) => store.measured(row)).filter(Boolean));
    const open = wanted.filter((row) => !store.measured(row));
    const onRow = (found) => {
      const row = judged(found);
      sayRow(row);
      store.put(row);
      rows.push(row);
      write();
    };
    if (open.length === 0) continue;
    await measurePytorch(open, {
      ...{ python, checkpoint, device, out, onRow, seconds: Number(options.seconds) },
      limitSeconds: compile ? Number(options['compile-limit']) : limitSeconds,
      log: join(out, `pytorch-${compile ? `compile-${open[0].batch}` : 'eager'}.log`),
    });
  }
}

function referenceMade() {
  const file = join(out, 'reference', 'manifest.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

if (steps.includes('reference') || (steps.includes('time') && !referenceMade())) {
  const made = { python, checkpoint, golden: options.golden, goldenModel: options['golden-model'], size, device, out };
  const { error } = await writeReference({ ...made, limitSeconds });
  say(error ? `reference: ${error}` : 'reference written');
}
const recipe = await recipeEngines();
if (steps.includes('time')) {
  const engines = [...ourEngines(), ...recipe.engines];
  const { gpus, tensorrtFound, driverVersion } = await probe();
  const [before, after, others] = [[], [], []];
  const write = () => {
    const { made_with, golden, versions } = referenceMade() ?? {};
    const result = {
      size,
      rows: [...before, ...others].map(judged),
      reference: made_with ? { made_with, golden } : null,
      drift: driftOf(before, after),
      versions: {
        ...(tensorrtFound ? { TensorRT: tensorrtFound } : {}),
        ...recipe.versions,
        ...(gpus[0] ? { GPU: gpus[0].name } : {}),
        ...(driverVersion ? { 'CUDA of the driver': driverVersion } : {}),
        Node: process.version,
        ...versions,
      },
    };
    writeFileSync(join(out, 'comparison.json'), `${JSON.stringify(result, null, 1)}\n`);
    writeFileSync(join(out, 'comparison.md'), markdownFrom(result));
    writeFileSync(join(out, 'summary.md'), summaryFrom(result));
    const plot = svgFrom(result);
    const plotted = join(out, 'comparison.svg');
    if (plot) writeFileSync(plotted, plot);
    else rmSync(plotted, { force: true });
    return result;
  };
  await timeEngines(engines, 1, before, write);
  await timePytorch(others, write);
  await timeEngines(engines, 2, after, write);
  console.log(markdownFrom(write()));
}
const failed = recipe.engines.filter(({ error }) => error);
for (const { name, error } of failed) say(`${name}: ${error}`);
process.exit(failed.length > 0 && !steps.includes('time') ? 1 : 0);
