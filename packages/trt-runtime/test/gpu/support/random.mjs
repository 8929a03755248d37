// Repeatable random numbers (xorshift32) and what is made of them.
export function randomSource(seed) {
  let state = seed | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

export function randomBytes(random, length) {
  return Uint8Array.from({ length }, () => random.whole(0, 255));
}

export function randomNormal(random, length, scale = 1) {
  return Float32Array.from({ length }, () => scale * random.normal());
}
