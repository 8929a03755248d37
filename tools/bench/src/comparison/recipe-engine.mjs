// Builds the known recipe's engine, in a process of its own: node recipe-engine.mjs '{"checkpoint","output","plugin", ...}'
// DCNv2 nodes stay for the im2col plugin; of our graph passes only those run that the recipe's own steps amount to.
import { onnxFromCheckpoint } from '@trt-fairmot/onnx-export';
import { engineFromOnnx, passNames, saveEngine } from '@trt-fairmot/trt-builder';

const job = JSON.parse(process.argv[2]);
const { checkpoint, output, plugin, height, width, batch, precision, dense, tacticSources, timingCache } = job;

// Batch normalisation is folded by TensorRT as well; half weights spare the plugin a conversion that the recipe's does not have.
const kept = [
  'fold-batch-norm',
  'half-plugin-weights',
  'lower-opset',
  ...(dense ? ['densify-depthwise-transpose'] : []),
];
const begin = performance.now();
let phase = '';
/** TensorRT's phases with their times, for the log. */
const onProgress = (progress) => {
  if (progress.phase === phase) return;
  phase = progress.phase;
  console.error(`${((performance.now() - begin) / 1000).toFixed(1)} s: ${phase}`);
};
try {
  const { bytes } = await onnxFromCheckpoint(checkpoint, { height, width, batch, dcn: 'dcnv2', outputs: 'heads' });
  const built = await engineFromOnnx(
    bytes,
    {
      precision,
      pluginLibrary: plugin,
      disablePass: passNames.filter((name) => !kept.includes(name)),
      ...(tacticSources.length > 0 ? { tacticSources } : {}),
      ...(timingCache ? { timingCache } : {}),
    },
    {
      name: 'the recipe',
      onProgress,
      onLog: ({ severity, message }) => console.error(`TensorRT ${severity}: ${message}`),
    },
  );
  await saveEngine(output, built, { overwrite: true });
  const { tensorrt, build } = built.manifest;
  console.log(JSON.stringify({ tensorrt, seconds: build.seconds }));
} catch (error) {
  console.log(JSON.stringify({ error: [error.message, error.hint].filter(Boolean).join('; ') }));
}
process.exit(0);
