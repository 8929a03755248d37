// The known recipe's engines: which forms there are, and building those that an earlier run has not left in the folder.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonFrom } from './child.mjs';
import { tacticLibraries } from './libraries.mjs';

const sources = ['cublas', 'cublas-lt', 'cudnn'];

/**
 * With `all` of TensorRT's default tactic sources, or with its `own` alone, and why.
 *
 * @param wanted `own` leaves cuDNN and cuBLAS off though they are there
 */
export async function recipeTactics({ python, env, wanted, say }) {
  if (wanted === 'own') return { kind: 'own', reason: 'not asked for', versions: {} };
  const { versions, problems } = await tacticLibraries(python, env);
  if (problems.length === 0) return { kind: 'all', reason: '', versions };
  say(`tactics of cuDNN and cuBLAS are off: ${problems.join('; ')}`);
  return { kind: 'own', reason: 'libraries not found', versions };
}

/** A form's name in the table: it says whether cuDNN and cuBLAS tactics were on. */
export function recipeName({ precision, dense }, { kind, reason }) {
  const form = dense ? 'ConvTranspose written densely' : 'ConvTranspose as exported';
  const tactics = kind === 'all' ? 'cuDNN and cuBLAS tactics on' : `cuDNN and cuBLAS tactics off: ${reason}`;
  return `${precision}, DCNv2 as im2col + cuBLAS, ${form}, ${tactics}`;
}

/** Every form, the fastest first at each batch. */
export function recipeForms({ batches, precisions }) {
  return batches.flatMap((batch) =>
    precisions.flatMap((precision) => [true, false].map((dense) => ({ precision, batch, dense }))),
  );
}

/**
 * One form's engine, taken from the folder or built; without cuDNN's and cuBLAS's tactics where TensorRT refused to build with them,
 * and named so. What a build failed of stays in the folder too.
 */
export async function recipeEngine(form, tactics, options) {
  const { out, build, network } = options;
  const base = `recipe-${form.precision}-b${form.batch}-${form.dense ? 'dense' : 'exported'}`;
  const files = (kind) => ({ path: join(out, `${base}-${kind}.engine`), failed: join(out, `${base}-${kind}.failed`) });
  const { path, failed } = files(tactics.kind);
  const engine = {
    group: 'recipe',
    name: recipeName(form, tactics),
    path,
    plugins: [network.plugin],
    batches: [form.batch],
  };
  if (existsSync(path)) return engine;
  const problem = build ? await buildInto(path, failed, form, tactics, options) : failureFrom(failed);
  if (!problem) return build ? engine : { ...engine, error: 'not built' };
  const { error, late } = problem;
  // A build that took too long is not tried again in another way unasked, but what was asked for is taken.
  const other = tactics.kind === 'all' && (build ? !late : existsSync(files('own').path));
  if (other) return recipeEngine(form, { kind: 'own', reason: inShort(error) }, options);
  return { ...engine, error };
}

function failureFrom(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Builds and returns null, or `{ error, late }`, which it leaves in a file. */
async function buildInto(output, failed, form, { kind }, { out, network, say, env, limitSeconds }) {
  say(`building ${output}`);
  rmSync(failed, { force: true });
  const script = join(import.meta.dirname, 'recipe-engine.mjs');
  // A cache for each choice of sources: neither takes over what was timed with the other.
  const timingCache = join(out, `recipe-${kind}.cache`);
  const job = { ...network, ...form, output, timingCache, tacticSources: kind === 'all' ? sources : [] };
  const log = output.replace(/\.engine$/, '.log');
  const { seconds, error, late } = await jsonFrom(process.execPath, [script, JSON.stringify(job)], {
    env,
    limitSeconds,
    log,
  });
  say(error ?? `built in ${seconds} s`);
  if (!error) return null;
  writeFileSync(failed, JSON.stringify({ error, late }));
  return { error, late };
}

/** A message without its hints, short enough for a row's name. */
const inShort = (error) => error.split('; ')[0].slice(0, 120);
