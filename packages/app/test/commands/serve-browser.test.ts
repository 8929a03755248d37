// The live page in a real browser, served by the built command.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWhere, temporaryFolder } from '@trt-fairmot/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { film, runFairmot } from '../run-fairmot.js';
import { chromiumPath, type Serving, startServe } from '../start-serve.js';

const executablePath = chromiumPath();
const reason = executablePath ? null : 'no chromium, chromium-browser or google-chrome on the PATH';

/** In the page: whether the first canvas shows a picture. */
const painted = `(() => {
  const canvas = document.querySelector('canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(pixels).size > 50;
})()`;
/** In the page: by how many pixels it is wider than the window. */
const overflow = 'document.documentElement.scrollWidth - window.innerWidth';

describeWhere(reason, 'the page of fairmot serve in a browser', () => {
  let server: Serving;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    // Port 9 answers nobody: the second source fails.
    const zones = join(temporaryFolder(), 'zones.json');
    writeFileSync(
      zones,
      JSON.stringify({
        lines: [
          {
            name: 'across',
            points: [
              [0, 300],
              [767, 300],
            ],
          },
        ],
      }),
    );
    const flags = ['--paused', '--loop', '--threads', '1', '--count', zones];
    server = await startServe([film, 'http://127.0.0.1:9/live', ...flags]);
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    page.setDefaultTimeout(50_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    expect((await server?.interrupt())?.code).toBe(130);
  });

  const card = (name: string) => page.getByRole('article').filter({ has: page.getByRole('heading', { name }) });
  const stateIs = (name: string, text: string) => card(name).locator('.state', { hasText: text }).waitFor();

  test('shows both sources, stopped, and is connected', async () => {
    await page.getByText('connected', { exact: true }).waitFor();
    for (const name of ['pedestrians.mp4', 'http://127.0.0.1:9/live']) await stateIs(name, 'stopped');
    expect(await page.title()).toBe('FairMOT live');
    expect(await page.getByText('on CPU').count()).toBe(1);
  });

  test('starts a source from the keyboard, and its picture, people and times come', async () => {
    await page.getByRole('button', { name: 'Start pedestrians.mp4' }).focus();
    await page.keyboard.press('Enter');
    await stateIs('pedestrians.mp4', 'running');
    await expect.poll(() => page.evaluate(painted), { timeout: 50_000 }).toBe(true);
    const number = async (name: string) =>
      Number(await card('pedestrians.mp4').locator(`[data-number="${name}"]`).textContent());
    await expect.poll(() => number('now'), { timeout: 50_000 }).toBeGreaterThan(2);
    expect(await number('total')).toBeGreaterThanOrEqual(await number('now'));
    await expect.poll(() => number('fps'), { timeout: 50_000 }).toBeGreaterThan(0);
    await card('pedestrians.mp4')
      .getByText(/^network [\d.]+ m?s$/)
      .waitFor();
    await card('pedestrians.mp4')
      .getByText(/^across\s*in \d+ · out \d+$/)
      .waitFor();
    await page.getByRole('img', { name: /^Live picture of pedestrians.mp4, \d+ people in view$/ }).waitFor();
  });

  test('tells why a source fails, aloud too', async () => {
    await page.getByRole('button', { name: 'Start http' }).click();
    await stateIs('http://127.0.0.1:9/live', 'failed');
    await card('http://127.0.0.1:9/live')
      .getByText(/Expected a video in http:\/\/127\.0\.0\.1:9\/live but received/)
      .waitFor();
    await page.getByRole('status').filter({ hasText: 'is failed' }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Start again http' }).waitFor();
  });

  test('fits a phone, light and dark', async () => {
    const colors = new Set<unknown>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
      colors.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
    expect(colors.size).toBe(2);
    for (const button of await page.getByRole('button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
  });

  test('stops a source; the picture stays', async () => {
    await page.getByRole('button', { name: 'Stop pedestrians.mp4' }).click();
    await stateIs('pedestrians.mp4', 'stopped');
    await page.getByRole('img', { name: 'Last picture of pedestrians.mp4' }).waitFor();
    expect(await page.evaluate(painted)).toBe(true);
  });

  test('nothing was refused or broken on the way', () => {
    expect(complaints).toEqual([]);
  });
});

test('help names the defaults of serve', async () => {
  const { code, stdout } = await runFairmot(['serve', '--help']);
  expect(stdout).toMatch(/--port <N>\s+port of the page .*\(default 8080\)/);
  expect(stdout).toContain('(default 127.0.0.1)');
  expect(code).toBe(0);
});
