// `npm test`: builds, lints, checks types and runs every test, then prints one line with the sum of all reports.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runTargets } from './run.mjs';
import { root } from './setup.mjs';

const needsShared = '[needs ../shared]';

/** Folders of the packages that have a test script. */
function testedPackages() {
  const folders = ['packages', 'plugins', 'tools'].flatMap((group) => {
    const parent = join(root, group);
    return existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [];
  });
  return folders.filter((folder) => {
    const manifest = join(folder, 'package.json');
    return existsSync(manifest) && 'test' in (JSON.parse(readFileSync(manifest, 'utf8')).scripts ?? {});
  });
}

const reportOf = (folder) => join(folder, 'reports', 'vitest.json');

/** Counts one report; a missing report and a file that failed to load count as one failure each. */
function countReport(folder) {
  const sum = { passed: 0, failed: 0, skipped: 0, sharedSkips: [] };
  const report = reportOf(folder);
  if (!existsSync(report)) {
    console.error(`Expected a test report at ${report} but found none`);
    return { ...sum, failed: 1 };
  }
  for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) sum.failed += 1;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') sum.passed += 1;
      else if (test.status === 'failed') sum.failed += 1;
      else sum.skipped += 1;
      if (test.status !== 'passed' && test.fullName.includes(needsShared)) sum.sharedSkips.push(test.fullName);
    }
  }
  return sum;
}

const folders = testedPackages();
for (const folder of folders) rmSync(reportOf(folder), { force: true });
const status = runTargets('build', 'lint', 'typecheck', 'test');
const counts = folders.map(countReport);
const total = (key) => counts.reduce((sum, count) => sum + count[key], 0);
const skippedForShared = existsSync(join(root, '..', 'shared')) ? counts.flatMap((count) => count.sharedSkips) : [];
for (const name of skippedForShared) console.error(`Expected ../shared to be found but skipped: ${name}`);
const failed = total('failed') + skippedForShared.length + (status !== 0 && total('failed') === 0 ? 1 : 0);
if (status !== 0) console.error('A build, lint, typecheck or test target failed; see above.');
console.log(`${total('passed')} passed, ${failed} failed, ${total('skipped') - skippedForShared.length} skipped`);
process.exit(failed === 0 ? 0 : 1);
