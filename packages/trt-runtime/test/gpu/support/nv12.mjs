// NV12 to RGB in plain JavaScript, the reference of the kernel's conversion: limited range, 16-bit fixed point.
const coefficients = {
  'nv12-bt601': { red: 104597, greenU: 25675, greenV: 53279, blue: 132201 },
  'nv12-bt709': { red: 117489, greenU: 13975, greenV: 34925, blue: 138438 },
};

export function rgbFromNv12(data, { width, height }, format) {
  const { red, greenU, greenV, blue } = coefficients[format];
  const chromaWidth = Math.ceil(width / 2);
  const rgb = new Uint8Array(3 * width * height);
  const clamp = (value) => Math.min(Math.max(value >> 16, 0), 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = width * height + 2 * ((y >> 1) * chromaWidth + (x >> 1));
      const luma = (data[y * width + x] - 16) * 76309 + 32768;
      const u = data[at] - 128;
      const v = data[at + 1] - 128;
      const to = 3 * (y * width + x);
      rgb[to] = clamp(luma + red * v);
      rgb[to + 1] = clamp(luma - greenU * u - greenV * v);
      rgb[to + 2] = clamp(luma + blue * u);
    }
  }
  return rgb;
}
