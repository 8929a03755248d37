import { FairmotError } from '@trt-fairmot/onnx-export';
import type { EngineMachine } from './engine-backend.js';

/** A TensorRT plugin that a network or an engine holds. */
export interface PluginName {
  readonly name: string;
  readonly version: string;
}

/**
 * @throws FairmotError of kind 'environment' where TensorRT's registry lacks a plugin
 */
export function expectPlugins(plugins: readonly PluginName[], machine: EngineMachine, path: string): void {
  const missing = plugins
    .map(({ name, version }) => `${name}@${version}`)
    .filter((plugin) => !machine.plugins.includes(plugin));
  if (missing.length === 0) return;
  throw new FairmotError(
    `Expected TensorRT plugin ${missing.join(' and ')} for ${path} but received a registry without it`,
    {
      kind: 'environment',
      hint: 'build the plugin library with npm run native, or name it with --plugin-library',
    },
  );
}
