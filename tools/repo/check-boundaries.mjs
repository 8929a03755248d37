// Enforces the arrows between packages: node tools/repo/check-boundaries.mjs PACKAGE_DIR
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const arrows = {
  'onnx-export': [],
  'fairmot-postprocess': [],
  tracker: [],
  evaluation: [],
  report: [],
  counting: [],
  'cpu-runtime': ['fairmot-postprocess'],
  media: ['fairmot-postprocess'],
  'trt-runtime': ['fairmot-postprocess'],
  'trt-builder': ['onnx-export', 'trt-runtime'],
  app: [
    'counting',
    'cpu-runtime',
    'evaluation',
    'fairmot-postprocess',
    'media',
    'onnx-export',
    'report',
    'tracker',
    'trt-builder',
    'trt-runtime',
  ],
};
const testOnly = { 'cpu-runtime': ['onnx-export'] };

const folder = resolve(process.argv[2] ?? '.');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const name = manifest.name === 'trt-fairmot' ? 'app' : manifest.name.replace('@trt-fairmot/', '');
const allowed = arrows[name];
if (!allowed) fail(`Expected ${name} to be listed in tools/repo/check-boundaries.mjs but found no entry`);

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function filesUnder(directory) {
  return readdirSync(directory).flatMap((entry) => {
    const path = join(directory, entry);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return /\.(ts|mts|mjs)$/.test(entry) ? [path] : [];
  });
}

function checkFile(file, permitted) {
  const source = readFileSync(file, 'utf8');
  for (const [, specifier] of source.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)) {
    const target = /^@trt-fairmot\/([^/]+)(\/.*)?$/.exec(specifier);
    if (target?.[2]) fail(`${file}: expected an import by package name but received ${specifier}`);
    if (target && !permitted.includes(target[1])) fail(`${file}: ${name} may not import ${specifier}`);
    if (/^(\.\.\/)+(packages|plugins|tools)\//.test(specifier)) fail(`${file}: ${specifier} leaves the package`);
  }
}

for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
  const target = /^@trt-fairmot\/(.+)$/.exec(dependency)?.[1];
  if (target && allowed && !allowed.includes(target)) fail(`${name} may not depend on ${dependency}`);
}
for (const file of filesUnder(join(folder, 'src'))) checkFile(file, allowed ?? []);
for (const file of filesUnder(join(folder, 'test'))) {
  checkFile(file, [...(allowed ?? []), ...(testOnly[name] ?? []), name, 'testing']);
}
