import { defineConfig } from 'tsup';
import { base } from '../../tsup.config.base.js';

// node-av is loaded at run time where it is installed, and never bundled.
export default defineConfig({ ...base, external: [/^node-av/] });
