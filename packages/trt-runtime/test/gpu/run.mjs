// Checks of the addon on a GPU, which no CI machine has:
//   node packages/trt-runtime/test/gpu/run.mjs [--out DIR] [--runs N] [--only NAME,NAME]
// Runs the checks whose name or part (objects, letterbox, decode, compact, tensorrt engine, tensorrt detector, tensorrt batch) holds one
// of the names; without --only, all. The part tiny, each kernel on little data for compute-sanitizer, runs only when it is named. Prints PASS, FAIL or SKIP, seconds and figures per check and writes DIR/runtime-checks.json.
// Exit code 1 if one failed. TensorRT checks need libnvinfer where TENSORRT_ROOT or the loader finds it; the kernels are checked without.
import { parseArgs } from 'node:util';
import { isMainThread, parentPort } from 'node:worker_threads';
import { probe, Stream } from '@trt-fairmot/trt-runtime';
import { checkBatch } from './checks/batch.mjs';
import { checkCompact } from './checks/compact.mjs';
import { checkDecode } from './checks/decode.mjs';
import { checkDetector, leaveOpen } from './checks/detector.mjs';
import { checkEngine } from './checks/engine.mjs';
import { checkLetterbox } from './checks/letterbox.mjs';
import { checkObjects } from './checks/objects.mjs';
import { checkTiny } from './checks/tiny.mjs';
import { Report } from './support/report.mjs';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/gpu' },
    runs: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    'leave-open': { type: 'string' },
    worker: { type: 'boolean' },
  },
});

async function main() {
  const machine = await probe();
  console.log(JSON.stringify(machine, null, 2));
  if (machine.gpus.length === 0) {
    console.log('Expected an NVIDIA GPU but found none: nothing checked');
    return 3;
  }
  const report = new Report(values.only.split(',').filter((name) => name !== ''));
  if (report.asksFor('tiny')) await checkTiny(report);
  await checkObjects(report);
  await checkLetterbox(report);
  await checkDecode(report);
  await checkCompact(report);
  if (!machine.tensorrtFound) {
    report.part('tensorrt');
    if (report.wants('')) report.skip('TensorRT', machine.problems.map(({ message }) => message).join('; '));
    return report.finish(values.out, machine);
  }
  await checkEngine(report);
  await checkDetector(report, Number(values.runs));
  await checkBatch(report, Number(values.runs));
  return report.finish(values.out, machine);
}

if (!isMainThread) {
  const stream = await Stream.create();
  await stream.synchronize();
  parentPort.postMessage('synchronised a stream');
  setInterval(() => {}, 1000);
} else if (values['leave-open']) {
  await leaveOpen(values['leave-open']);
} else {
  process.exitCode = await main();
}
