// Where the network runs: what `--device` says.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';

/** `auto` takes TensorRT where it is ready, else the CPU. */
export type Device =
  | { readonly kind: 'auto' }
  | { readonly kind: 'cpu' }
  | { readonly kind: 'tensorrt'; readonly gpu: number };

/** @throws FairmotError of kind 'usage' */
export function deviceFromText(text: string): Device {
  if (text === 'auto' || text === 'cpu') return { kind: text };
  const match = /^tensorrt(?::(\d{1,3}))?$/.exec(text);
  if (match) return { kind: 'tensorrt', gpu: Number(match[1] ?? 0) };
  throw new FairmotError(`Expected auto, cpu, tensorrt or tensorrt:N for --device but received '${text}'`, {
    kind: 'usage',
  });
}
