// What this machine has of what TensorRT needs, asked once for everything a command wants to know.
import { pluginLibraryPath } from '@trt-fairmot/trt-builder';
import { type ProbeResult, probe } from '@trt-fairmot/trt-runtime';

/** The plugin library that this installation finds, as a list. */
export function pluginLibraries(): string[] {
  const path = pluginLibraryPath();
  return path ? [path] : [];
}

/** The same answer at every call. */
export type Machine = () => Promise<ProbeResult>;

/** A machine that is looked at when it is first asked for: that takes a child process which loads TensorRT and the plugins. */
export function machineOnce(look: Machine = () => probe({ plugins: pluginLibraries() })): Machine {
  let found: Promise<ProbeResult> | undefined;
  return () => {
    found ??= look();
    return found;
  };
}
