import { defineConfig } from 'vitest/config';
import { base } from '../../vitest.config.base.js';

export default defineConfig({ test: { ...base.test, include: ['test/**/*.test.mjs'] } });
