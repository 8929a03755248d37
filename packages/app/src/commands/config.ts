// fairmot config: the settings in force, as a config file.
import { openTextSink } from '@trt-fairmot/media';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { readConfig } from '../cli/settings.js';
import type { ConfigFlags } from '../options.js';
import { effectiveTrackerFlags } from '../tracker-flags.js';

/** Prints or writes all settings of the tracker, defaults filled in, and whatever else the config file holds. */
export async function config(options: ConfigFlags): Promise<ExitCode> {
  const file = options.config ? await readConfig(options.config) : {};
  const text = `${JSON.stringify({ ...file, ...effectiveTrackerFlags(options) }, null, 2)}\n`;
  const sink = await openTextSink(options.output ?? '-', { overwrite: options.overwrite });
  await sink.write(text);
  await sink.close();
  return exitCode.ok;
}
