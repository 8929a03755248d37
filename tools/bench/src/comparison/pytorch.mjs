// PyTorch's rows and the reference, made by python/pytorch_rows.py in processes of their own.
import { join } from 'node:path';
import { jsonFrom } from './child.mjs';

const script = join(import.meta.dirname, '..', '..', 'python', 'pytorch_rows.py');

const ownStream = '(im2col on its stream)';
const graph = (form) => `${form}, CUDA graph ${ownStream}`;

/** Settings of `pytorch_rows.py` by the name in the table. */
export const forms = {
  fp32: { exact: true },
  TF32: {},
  fp16: { half: true },
  'fp16, channels last': { half: true, last: true },
  'fp16, channels last, torch.compile': { half: true, last: true, compile: true },
  [graph('fp32')]: { exact: true, graph: true },
  [graph('TF32')]: { graph: true },
  [graph('fp16')]: { half: true, graph: true },
  [graph('fp16, channels last')]: { half: true, last: true, graph: true },
  [graph('fp16, channels last, torch.compile')]: { half: true, last: true, compile: true, graph: true },
};

/** What tables say below rows with a CUDA graph, if there are any. */
export function streamNotes(rows, { torchvision }) {
  if (!rows.some(({ name }) => name.includes(ownStream))) return [];
  const kernels = `torchvision ${torchvision ?? ''}`.trim();
  return [
    `"${ownStream.slice(1, -1)}": ${kernels} launches the kernels of deform_conv2d on the default stream (pytorch/vision#9513), so a captured CUDA graph does not contain them. These rows sample with the recipe's im2col kernel and multiply with torch.baddbmm, both on the current stream.`,
    '',
  ];
}

/** Rows to measure, in groups that share a process: what is compiled has one for each batch, since it takes longest. */
export function pytorchGroups(batches, only = '') {
  const names = Object.keys(forms).filter((name) => name.includes(only));
  const rowsOf = (batch, compile) =>
    names.filter((name) => Boolean(forms[name].compile) === compile).map((name) => ({ group: 'PyTorch', name, batch }));
  const plain = batches.flatMap((batch) => rowsOf(batch, false));
  return [
    { compile: false, rows: plain },
    ...batches.map((batch) => ({ compile: true, rows: rowsOf(batch, true) })),
  ].filter(({ rows }) => rows.length > 0);
}

/** Writes FOLDER/reference: the input at the size that is timed, float32 heads of it. `{ error }` if not. */
export function writeReference({ python, checkpoint, golden, goldenModel, size, device, out, limitSeconds }) {
  const args = ['reference', '--checkpoint', checkpoint, '--golden', golden, '--golden-model', goldenModel];
  const sizes = ['--height', String(size.height), '--width', String(size.width)];
  return jsonFrom(python, [script, ...args, ...sizes, '--device', device, '--out', join(out, 'reference')], {
    limitSeconds,
  });
}

/** Measures rows in one process; `onRow` gets each as soon as it is there, those that never came with the reason. */
export async function measurePytorch(rows, { python, checkpoint, seconds, device, out, limitSeconds, log, onRow }) {
  const missing = new Map(rows.map((row) => [`${row.name} ${row.batch}`, row]));
  const wanted = rows.map(({ name, batch }) => ({ ...forms[name], name, batch }));
  const args = ['rows', '--checkpoint', checkpoint, '--reference', join(out, 'reference'), '--device', device];
  const { error } = await jsonFrom(
    python,
    [script, ...args, '--seconds', String(seconds), '--rows', JSON.stringify(wanted)],
    {
      limitSeconds,
      log,
      onJson: (row) => {
        if (missing.delete(`${row.name} ${row.batch}`)) onRow({ group: 'PyTorch', ...row });
      },
    },
  );
  for (const row of missing.values()) onRow({ ...row, error: error ?? 'no result' });
}
