import type { Color } from './canvas.js';

const goldenRatio = (Math.sqrt(5) - 1) / 2;
const saturations = [0.85, 0.62, 0.95];
const values = [1, 0.92, 0.8];

/**
 * The colour of a track: the same for an id in every run, and far apart for ids near each other. Hues go round by the golden ratio;
 * saturation and brightness change more slowly, for ids whose hues come close again.
 *
 * @param id - any integer
 * @returns red, green, blue, 0 to 255
 */
export function colorFromId(id: number): Color {
  const hue = (((id * goldenRatio) % 1) + 1) % 1;
  const tier = ((Math.floor(id / 8) % 3) + 3) % 3;
  return colorFromHsv(hue, saturations[tier] as number, values[tier] as number);
}

function colorFromHsv(hue: number, saturation: number, value: number): Color {
  const channel = (offset: number) => {
    const k = (offset + hue * 6) % 6;
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Black or white, whichever reads better on `color` (relative luminance, ITU-R BT.709). */
export function readableOn([red, green, blue]: Color): Color {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 120 ? [16, 16, 16] : [255, 255, 255];
}
