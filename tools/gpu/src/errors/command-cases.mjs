// Cases of the command: what it prints and the code it ends with.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, runFairmot, sentenceOf } from './run-fairmot.mjs';

/** @returns { name, body }[]; `body` returns { said } or { skipped }, or throws */
export function commandCases({ engine, video, folder }) {
  const manifest = JSON.parse(readFileSync(`${engine}.json`, 'utf8'));
  const context = { engine, video, folder, manifest };
  const t4 = { gpu: { name: 'Tesla T4', computeCapability: '7.5' } };
  const plugins = [{ name: 'FairmotDCNv2', version: '99' }];
  return [
    { name: 'the engine as it is', body: () => asItIs(context) },
    { name: 'no plugin library', body: () => noPlugin(context) },
    { name: 'a plugin library that is none', body: () => notALibrary(context) },
    { name: 'a plugin library of another TensorRT', body: () => otherMajor(context) },
    { name: 'no libnvinfer', body: () => noTensorrt(context) },
    {
      name: 'an engine of another TensorRT',
      body: () => altered(context, { tensorrt: '7.1.3' }, 1, /TensorRT 7\.1\.3/),
    },
    { name: 'an engine of another GPU', body: () => altered(context, t4, 1, /Tesla T4/) },
    { name: 'an engine of another plugin version', body: () => altered(context, { plugins }, 3, /FairmotDCNv2@99/) },
    { name: 'an engine with a byte flipped', body: () => damaged(context, flipped, true, /description names/) },
    { name: 'an engine cut short', body: () => damaged(context, cut, true, /description names/) },
    { name: 'an engine cut short, without description', body: () => damaged(context, cut, false, /engine/i) },
    { name: 'an engine of rubbish, without description', body: () => damaged(context, rubbish, false, /engine/i) },
    { name: 'a GPU that is not there', body: () => failing(track(context, engine, 'tensorrt:77'), {}, 2, /number 77/) },
  ];
}

function track({ video }, engine, device = 'tensorrt') {
  return ['track', video, '--model', engine, '--device', device, '--max-frames', '3', '--quiet'];
}

/** Runs the command, which must end with the code and a sentence that matches. */
function failing(args, env, code, pattern) {
  const ran = runFairmot(args, env);
  const text = ran.stderr.trim();
  expect(ran.code === code, `expected exit code ${code} but received ${ran.code ?? ran.signal}: ${text}`);
  expect(pattern.test(text), `expected a message like ${pattern} but received: ${text}`);
  expect(/Expected .+ but (received|it)/s.test(text), `expected one sentence but received: ${text}`);
  expect(!/^\s+at /m.test(text), `expected no stack but received: ${text}`);
  return { said: sentenceOf(ran) };
}

function asItIs(context) {
  const ran = runFairmot(track(context, context.engine));
  expect(ran.code === 0, `expected exit code 0 but received ${ran.code ?? ran.signal}: ${ran.stderr.trim()}`);
  return { said: 'three frames, exit code 0' };
}

function noPlugin(context) {
  if (context.manifest.plugins.length === 0) return { skipped: 'the engine needs no plugin' };
  const env = { FAIRMOT_PLUGIN_LIBRARY: join(context.folder, 'nowhere.so') };
  return failing(track(context, context.engine), env, 3, /plugin/i);
}

function notALibrary(context) {
  const library = join(context.folder, 'text.so');
  writeFileSync(library, 'not a library');
  return failing(track(context, context.engine), { FAIRMOT_PLUGIN_LIBRARY: library }, 3, /text\.so/);
}

/** A library that wants a libnvinfer of a major version that is not there. */
function otherMajor(context) {
  const source = join(context.folder, 'empty.cc');
  const needed = join(context.folder, 'libnvinfer.so.99');
  const library = join(context.folder, 'libother_major.so');
  writeFileSync(source, 'extern "C" int trtFairmotEmpty() { return 0; }\n');
  const build = (...args) => spawnSync('c++', ['-shared', '-fPIC', source, ...args], { encoding: 'utf8' }).status === 0;
  // The flag keeps the dependency although nothing of it is used.
  const built =
    build('-Wl,-soname,libnvinfer.so.99', '-o', needed) && build('-Wl,--no-as-needed', needed, '-o', library);
  if (!built) return { skipped: 'no C++ compiler' };
  rmSync(needed);
  const env = { FAIRMOT_PLUGIN_LIBRARY: library };
  return failing(track(context, context.engine), env, 3, /libother_major\.so|libnvinfer/);
}

function noTensorrt(context) {
  const env = { TENSORRT_ROOT: join(context.folder, 'nowhere'), LD_LIBRARY_PATH: undefined };
  const { stdout } = runFairmot(['doctor', '--json'], env);
  const found = JSON.parse(stdout).checks.some(({ name, state }) => name === 'TensorRT' && state === 'ok');
  if (found) return { skipped: "the loader's own folders hold TensorRT" };
  return failing(track(context, context.engine), env, 3, /TensorRT/);
}

function altered(context, changes, code, pattern) {
  const engine = join(context.folder, 'altered.engine');
  if (!existsSync(engine)) copyFileSync(context.engine, engine);
  writeFileSync(`${engine}.json`, JSON.stringify({ ...context.manifest, ...changes }));
  return failing(track(context, engine), {}, code, pattern);
}

const flipped = (bytes) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 0xff : byte));
const cut = (bytes) => bytes.subarray(0, bytes.length >> 1);
const rubbish = (bytes) => new Uint8Array(Math.min(bytes.length, 1 << 20)).fill(0x5a);

function damaged(context, damage, described, pattern) {
  const engine = join(context.folder, described ? 'described.engine' : 'plain.engine');
  writeFileSync(engine, damage(readFileSync(context.engine)));
  if (described) copyFileSync(`${context.engine}.json`, `${engine}.json`);
  return failing(track(context, engine), {}, 1, pattern);
}
