// Loads onnxruntime-node on first use, so that importing this package never fails.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';

type OnnxRuntime = typeof import('onnxruntime-node');
let loaded: Promise<OnnxRuntime> | undefined;

/** onnxruntime-node, or an environment error that says how to get it. */
export function loadOnnxRuntime(): Promise<OnnxRuntime> {
  loaded ??= import('onnxruntime-node').catch((cause: unknown) => {
    loaded = undefined;
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new FairmotError(
      `Expected onnxruntime-node to load on ${process.platform}-${process.arch} but received: ${reason}`,
      {
        kind: 'environment',
        hint: 'reinstall with ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0 (the CPU library is inside the package)',
        cause,
      },
    );
  });
  return loaded;
}
