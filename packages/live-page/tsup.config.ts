import { defineConfig } from 'tsup';
import { base } from '../../tsup.config.base.js';

// dist/page is what the browser gets: page.js from src/page, the rest copied from public/page.
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', 'page/page': 'src/page/page.ts' },
  dts: { entry: { index: 'src/index.ts' } },
  target: 'es2022',
  splitting: false,
  publicDir: 'public',
});
