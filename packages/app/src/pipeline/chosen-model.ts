// Which model a command runs, and at which size: what the user named, or the demo checkpoint inside the repository.
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { demoInputSize, demoModelPath } from './demo-model.js';

export interface ModelRequest {
  readonly model?: string | undefined;
  readonly height?: number | undefined;
  readonly width?: number | undefined;
}

export interface ChosenModel {
  readonly path: string;
  readonly kind: 'checkpoint' | 'onnx' | 'engine';
  /** Of the network's input, for a checkpoint; the other kinds have their own. */
  readonly height: number;
  readonly width: number;
  /** Whether the user named both sides of the size. */
  readonly sizeNamed: boolean;
  /** Lines to tell the user. */
  readonly notes: readonly string[];
}

const kinds: Readonly<Record<string, ChosenModel['kind']>> = {
  '.onnx': 'onnx',
  '.engine': 'engine',
  '.plan': 'engine',
};

/**
 * Settles the model.
 *
 * @throws FairmotError of kind 'usage' where no model is named and there is no default
 */
export async function chosenModel(request: ModelRequest): Promise<ChosenModel> {
  const demo = request.model === undefined ? demoModelPath() : null;
  const path = request.model ?? demo;
  if (!path) {
    throw new FairmotError('Expected --model FILE.pth, FILE.onnx or FILE.engine but received none', {
      kind: 'usage',
      hint: "take FairMOT's fairmot_dla34.pth from its model zoo (https://github.com/ifzhang/FairMOT), then: fairmot track SOURCE --model fairmot_dla34.pth",
    });
  }
  const size = demo ? demoInputSize : { height: 608, width: 1088 };
  const { height = size.height, width = size.width } = request;
  const sizeNamed = request.height !== undefined && request.width !== undefined;
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) {
    throw new FairmotError(`Expected a model file at ${path} but received ${found ? 'a folder' : 'nothing'}`);
  }
  const notes = demo ? [`model: the demo checkpoint (no --model given), ${height}x${width}`] : [];
  return { path, kind: kinds[extname(path).toLowerCase()] ?? 'checkpoint', height, width, sizeNamed, notes };
}
