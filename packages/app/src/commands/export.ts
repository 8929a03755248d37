// fairmot export: a checkpoint in, an ONNX network out.
import { extname } from 'node:path';
import { type ExportSummary, onnxFromCheckpoint, saveModel } from '@trt-fairmot/onnx-export';
import pc from 'picocolors';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import type { ExportFlags } from '../options.js';
import { requireAbsent } from '../output/require-absent.js';

/** Writes the network and tells what it is. */
export async function exportCheckpoint(checkpoint: string, flags: ExportFlags): Promise<ExitCode> {
  const { output, overwrite, quiet, ...options } = flags;
  const path = output ?? `${checkpoint.slice(0, checkpoint.length - extname(checkpoint).length)}.onnx`;
  const started = performance.now();
  if (!overwrite) await requireAbsent(path);
  const { bytes, summary } = await onnxFromCheckpoint(checkpoint, options);
  await saveModel(path, bytes, { overwrite });
  for (const warning of summary.warnings) console.error(`${pc.yellow('warning:')} ${warning}`);
  if (quiet) return exitCode.ok;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`✓ ${path}: ${(bytes.length / 1e6).toFixed(1)} MB in ${seconds} s`);
  for (const line of summaryLines(summary)) console.error(`  ${line}`);
  return exitCode.ok;
}

function summaryLines({ widths, parameters, macs, inputs, outputs, options, dropped }: ExportSummary): string[] {
  const port = (ports: ExportSummary['inputs']) =>
    ports.map(({ name, shape }) => `${name} [${shape?.join(', ') ?? '?'}]`).join(', ');
  return [
    `network  DLA-34, channels ${widths.join(' ')}, ${(parameters / 1e6).toFixed(2)} M parameters, ${(macs / 1e9).toFixed(1)} GMAC an image`,
    `input    ${port(inputs)}`,
    `outputs  ${port(outputs)}`,
    `form     ${options.precision}, ${options.dcn === 'dcnv2' ? 'DCNv2 nodes (for TensorRT with a plugin)' : 'standard DeformConv, opset 19'}`,
    ...(dropped.length > 0 ? [`left out ${dropped.length} tensors that reach no output`] : []),
  ];
}
