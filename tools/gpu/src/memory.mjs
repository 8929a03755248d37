// Device memory of engine and slots beyond the CUDA context, and whether memory stays flat:
//   node tools/gpu/src/memory.mjs ENGINE [--batch N] [--slots N] [--frames N] [--size 1920x1080]
// Exit code 1 if more than 300 MB are taken, or more than 2 MB (host: 32 MB) lost over the frames.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { FairmotDetector, memoryInfo, Stream } from '@trt-fairmot/trt-runtime';
import { plugins } from './plugins.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '1' },
    slots: { type: 'string', default: '2' },
    frames: { type: 'string', default: '10000' },
    size: { type: 'string', default: '1920x1080' },
  },
});
const [width, height] = values.size.split('x').map(Number);
const batch = Number(values.batch);
const slots = Number(values.slots);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** As nvidia-smi sees this process, which containers may hide. */
function processMemory() {
  const query = ['--query-compute-apps=pid,used_memory', '--format=csv,noheader,nounits'];
  const { stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  const lines = (stdout ?? '').trim().split('\n').filter(Boolean);
  const own =
    lines.find((line) => Number(line.split(',')[0]) === process.pid) ?? (lines.length === 1 ? lines[0] : null);
  return own ? `${own.split(',')[1].trim()} MiB` : 'not shown';
}

async function run(detector, frames) {
  let left = frames;
  const worker = async () => {
    while (left-- > 0) await (await detector.acquire({ width, height })).detect();
  };
  await Promise.all(Array.from({ length: 2 * slots * batch }, worker));
  globalThis.gc?.();
  return { free: (await memoryInfo()).free, rss: process.memoryUsage().rss };
}

function goal(passed, text) {
  console.log(`${passed ? 'PASS' : 'FAIL'}  ${text}`);
  if (!passed) process.exitCode = 1;
}

if (positionals.length !== 1) {
  console.error('Expected an engine but received none: node tools/gpu/src/memory.mjs ENGINE');
  process.exit(2);
}
const { total } = await memoryInfo();
const stream = await Stream.create();
await stream.synchronize();
const context = (await memoryInfo()).free;
const detector = await FairmotDetector.create({ engine: positionals[0], plugins, batch, slots });
const warm = await run(detector, Math.max(200, 4 * slots * batch));
const taken = context - warm.free;
goal(taken <= 300e6, `engine and ${slots} slots at batch ${batch}: ${mb(taken)} beyond the CUDA context (goal 300 MB)`);
console.log(
  `      TensorRT's share of it, a context each: ${mb(detector.engine.deviceMemorySize)}; process as nvidia-smi has it: ${processMemory()}; whole GPU: ${mb(total - warm.free)}`,
);
const started = performance.now();
const after = await run(detector, Number(values.frames));
const seconds = (performance.now() - started) / 1000;
const lost = warm.free - after.free;
const grown = after.rss - warm.rss;
goal(
  lost <= 2 << 20 && grown <= 32 << 20,
  `${values.frames} frames in ${seconds.toFixed(1)} s (${(Number(values.frames) / seconds).toFixed(0)} frames/s): device ${mb(lost)} less free, host ${mb(grown)} more`,
);
await detector.close();
const closed = (await memoryInfo()).free;
goal(
  context - closed <= 16 << 20,
  `after close ${mb(context - closed)} of the device are still taken (kernels stay loaded)`,
);
await stream.close();
