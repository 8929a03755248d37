import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jpegFromImage } from '../src/index.js';

const image = { width: 64, height: 32, data: new Uint8Array(3 * 64 * 32) };
for (let i = 0; i < 64 * 32; i++) image.data.set(i % 64 < 32 ? [200, 40, 40] : [40, 40, 200], 3 * i);

test('the picture comes back, scaled where it is too wide', async () => {
  const whole = await sharp(await jpegFromImage(image, { quality: 95 }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(whole.info).toMatchObject({ width: 64, height: 32, channels: 3 });
  expect(Math.abs((whole.data[0] ?? 0) - 200)).toBeLessThan(12);
  expect(Math.abs((whole.data[3 * 60 + 2] ?? 0) - 200)).toBeLessThan(12);
  const { width, height } = await sharp(await jpegFromImage(image, { maxWidth: 16 })).metadata();
  expect([width, height]).toEqual([16, 8]);
  expect((await sharp(await jpegFromImage(image, { maxWidth: 999 })).metadata()).width).toBe(64);
});
