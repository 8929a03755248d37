// Seconds to measure long results: node src/evaluation.mjs [FRAMES]. The golden sequences of ../shared, repeated; and a made-up crowd.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { combined, evaluate, rowsFromBoxes, rowsFromMotText, sequenceFromRows } from '@trt-fairmot/evaluation';

const frames = Number(process.argv[2] ?? 5500);
const golden = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'golden', 'evaluation');
const names = ['PETS09-S2L1', 'ETH-Bahnhof', 'TUD-Stadtmitte', 'pedestrians'];

/** The file's rows again and again, each time with later frames and other identities. */
function repeated(text, length, until) {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const lines = [];
  for (let turn = 0; turn * length < until; turn++) {
    for (const [frame, id, ...rest] of rows) {
      const later = Number(frame) + turn * length;
      if (later <= until) lines.push([later, Number(id) + 10000 * turn, ...rest].join(','));
    }
  }
  return lines.join('\n');
}

function timed(name, work) {
  work();
  const [started, before] = [performance.now(), process.cpuUsage()];
  const evaluation = work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const { hota, clear, identity } = evaluation;
  const scores = `HOTA ${hota.HOTA.toFixed(4)} MOTA ${clear.MOTA.toFixed(4)} IDF1 ${identity.IDF1.toFixed(4)}`;
  console.log(
    `${name.padEnd(46)}${String(evaluation.frames).padStart(7)} frames  ${seconds.toFixed(2)} s, cores ${((user + system) / 1e6).toFixed(2)} s  ${scores}`,
  );
}

const measured = (gt, result) =>
  evaluate(sequenceFromRows(rowsFromMotText(gt, 'gt'), rowsFromMotText(result, 'result')));

console.log(`Node ${process.version}, text to all metrics, second run`);
if (existsSync(golden)) {
  const files = names.map((name) =>
    ['gt', 'result'].map((file) => readFileSync(join(golden, name, `${file}.txt`), 'utf8')),
  );
  const lengths = files.map(([gt]) =>
    Math.max(
      ...gt
        .trim()
        .split('\n')
        .map((line) => Number(line.split(',')[0])),
    ),
  );
  const share = (k) => Math.ceil((frames * lengths[k]) / lengths.reduce((sum, length) => sum + length, 0));
  const long = files.map((pair, k) => pair.map((text) => repeated(text, lengths[k], share(k))));
  timed('golden sequences, repeated, combined', () => combined(long.map(([gt, result]) => measured(gt, result))));
  timed('each repeated to all frames, combined', () =>
    combined(files.map((pair, k) => measured(...pair.map((text) => repeated(text, lengths[k], frames))))),
  );
}

/** People who walk through each other, and results that miss some. */
function crowd(people, count) {
  const [truth, prediction] = [[], []];
  for (let frame = 1; frame <= count; frame++) {
    for (let id = 0; id < people; id++) {
      const [left, top] = [(id * 37 + frame * ((id % 5) - 2)) % 1900, (id * 53) % 700];
      truth.push({ frame, id, box: [left, top, 40, 100] });
      if ((frame * 7 + id * 3) % 10 > 0)
        prediction.push({
          frame,
          id: id + people * Math.floor(frame / 300),
          box: [left + (id % 7), top + (frame % 5), 41, 98],
        });
    }
  }
  return [rowsFromBoxes(truth), rowsFromBoxes(prediction)];
}
for (const people of [50, 200]) {
  const rows = crowd(people, 1000);
  timed(`crowd of ${people}`, () => evaluate(sequenceFromRows(...rows)));
}
