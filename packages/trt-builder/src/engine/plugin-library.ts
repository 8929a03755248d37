import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const fileName = process.platform === 'win32' ? 'trt_fairmot_plugins.dll' : 'libtrt_fairmot_plugins.so';

/** Folder of an installed package, or null. */
function packageFolder(name: string): string | null {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** Where the plugin library may lie: the file named by FAIRMOT_PLUGIN_LIBRARY, else beside the addon or built in the repository. */
export function pluginLibraryCandidates(environment: NodeJS.ProcessEnv = process.env): string[] {
  if (environment.FAIRMOT_PLUGIN_LIBRARY) return [environment.FAIRMOT_PLUGIN_LIBRARY];
  const runtime = packageFolder('@trt-fairmot/trt-runtime');
  const platform = packageFolder(`@trt-fairmot/trt-runtime-${process.platform}-${process.arch}`);
  return [
    ...(runtime ? [join(runtime, 'build', fileName), join(runtime, '..', '..', 'plugins', 'build', fileName)] : []),
    ...(platform ? [join(platform, fileName)] : []),
  ];
}

/**
 * The library of the DCNv2 plugin: the file named, the one of FAIRMOT_PLUGIN_LIBRARY, or the one built with trt-runtime.
 *
 * @returns null where none is named and none is found
 * @example
 * const plugins = [pluginLibraryPath()].filter((path) => path !== null);
 * await using detector = await FairmotDetector.create({ engine: 'fairmot.engine', plugins });
 */
export function pluginLibraryPath(named?: string): string | null {
  return named ?? pluginLibraryCandidates().find((path) => existsSync(path)) ?? null;
}
