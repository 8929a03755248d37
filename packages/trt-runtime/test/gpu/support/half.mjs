// float32 to float16 bits and back, round to nearest even.
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function halfFrom(value) {
  float[0] = value;
  const [word] = bits;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 2 ** 24);
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

export function floatFromHalf(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundHalfEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

// Every half there is.
const floats = Float32Array.from({ length: 1 << 16 }, (_, half) => floatFromHalf(half));

export function halvesFrom(values) {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = halfFrom(values[i]);
  return halves;
}

export function floatsFromHalves(halves) {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = floats[halves[i]];
  return values;
}
