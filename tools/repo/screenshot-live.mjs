// Takes docs/images/live.jpg, the picture of the live page in the README: node tools/repo/screenshot-live.mjs [CHROMIUM] [FLAGS OF SERVE...]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = join(import.meta.dirname, '..', '..');
const { chromium } = createRequire(join(root, 'packages', 'app', 'package.json'))('playwright-core');
const [executablePath = '/usr/bin/chromium', ...flags] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'fairmot-'));
const zones = join(folder, 'zones.json');
const road = {
  name: 'road',
  points: [
    [150, 300],
    [560, 250],
  ],
};
const meadow = {
  name: 'meadow',
  points: [
    [140, 330],
    [440, 575],
    [0, 575],
    [0, 400],
  ],
};
writeFileSync(zones, JSON.stringify({ lines: [road], regions: [meadow] }));

const program = join(root, 'packages', 'app', 'dist', 'fairmot.js');
const film = join(root, 'tools', 'demo', 'pedestrians.mp4');
const args = ['serve', film, '--loop', '--conf', '0.3', '--count', zones, '--port', '0', ...flags];
const server = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const url = await new Promise((resolve) => server.stdout.once('data', (data) => resolve(String(data).trim())));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1200, height: 650 }, colorScheme: 'light' });
  await page.goto(url);
  const frame = async () => (await (await fetch(`${url}api/status`)).json()).sources[0].frames;
  while ((await frame()) < 60) await wait(200);
  await page.screenshot({ path: join(root, 'docs', 'images', 'live.jpg'), type: 'jpeg', quality: 82 });
  await browser.close();
} finally {
  server.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
}
