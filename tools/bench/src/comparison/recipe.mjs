// The known recipe's engines: which forms there are, and building those that an earlier run has not left in the folder.
import { existsSync } from 'node:fs';
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

/** One form's engine; without cuDNN's and cuBLAS's tactics where TensorRT refuses to build with them, and named so. */
export async function recipeEngine(form, tactics, options) {
  const { out, build, network, say } = options;
  const { precision, batch, dense } = form;
  const { kind } = tactics;
  const file = `recipe-${precision}-b${batch}-${dense ? 'dense' : 'exported'}-${kind}`;
  const engine = {
    group: 'recipe',
    name: recipeName(form, tactics),
    path: join(out, `${file}.engine`),
    plugins: [network.plugin],
    batches: [batch],
  };
  if (existsSync(engine.path)) return engine;
  if (!build) return { ...engine, error: 'not built' };
  say(`building ${engine.path}`);
  const job = { ...network, ...form, output: engine.path, tacticSources: kind === 'all' ? sources : [] };
  // A cache for each choice of sources: neither takes over what was timed with the other.
  const { seconds, error, late } = await buildEngine(
    { ...job, timingCache: join(out, `recipe-${kind}.cache`) },
    options,
  );
  say(error ?? `built in ${seconds} s`);
  if (error && !late && kind === 'all') return recipeEngine(form, { kind: 'own', reason: inShort(error) }, options);
  return error ? { ...engine, error } : engine;
}

/** A message without its hints, short enough for a row's name. */
const inShort = (error) => error.split('; ')[0].slice(0, 120);

function buildEngine(job, { env, limitSeconds }) {
  const script = join(import.meta.dirname, 'recipe-engine.mjs');
  const log = job.output.replace(/\.engine$/, '.log');
  return jsonFrom(process.execPath, [script, JSON.stringify(job)], { env, limitSeconds, log });
}
