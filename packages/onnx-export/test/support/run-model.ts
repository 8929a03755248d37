import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs an ONNX model in ONNX Runtime on the CPU; float inputs only. */
export async function runModel(
  model: Uint8Array,
  feeds: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>,
): Promise<Record<string, { readonly data: Float32Array; readonly dims: readonly number[]; readonly type: string }>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const inputs = Object.entries(feeds).map(([name, { data, shape }]) => [
      name,
      new Tensor('float32', data, [...shape]),
    ]);
    const results = await session.run(Object.fromEntries(inputs) as Record<string, Tensor>);
    const entries = Object.entries(results).map(([name, { data, dims, type }]) => {
      const numbers = data instanceof Float32Array ? data : Float32Array.from(data as BigInt64Array, Number);
      return [name, { data: numbers, dims, type }];
    });
    return Object.fromEntries(entries);
  } finally {
    await session.release();
  }
}
