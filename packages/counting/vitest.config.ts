import { defineConfig } from 'vitest/config';
import { base } from '../../vitest.config.base.js';

export default defineConfig(base);
