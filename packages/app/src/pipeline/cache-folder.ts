import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where exported networks are kept: `FAIRMOT_CACHE_DIR`, else the user's cache folder of this platform. */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.FAIRMOT_CACHE_DIR) return env.FAIRMOT_CACHE_DIR;
  const home = homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'trt-fairmot', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'trt-fairmot');
  return join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'trt-fairmot');
}
