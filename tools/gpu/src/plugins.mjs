// The plugin library: FAIRMOT_PLUGIN_LIBRARY, else the one built in the repository.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const built = join(import.meta.dirname, '..', '..', '..', 'plugins', 'build', 'libtrt_fairmot_plugins.so');

/** As the option `plugins` wants it: empty where there is none. */
export const plugins = [process.env.FAIRMOT_PLUGIN_LIBRARY || built].filter((path) => existsSync(path));
