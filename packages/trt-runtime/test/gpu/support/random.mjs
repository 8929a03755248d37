// Repeatable random numbers (xorshift32) and what is made of them.
export function randomSource(seed) {
  let state = seed | 0 || 1;
  const word = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const next = () => word() / 2 ** 32;
  return {
    word,
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

export function randomBytes(random, length) {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.word();
  return new Uint8Array(words.buffer, 0, length);
}

// Prime, so that repeats fall on other channels and rows.
const block = 65_521;

/** Normal numbers; long arrays repeat a block of them, since drawing millions takes seconds. */
export function randomNormal(random, length, scale = 1) {
  const values = new Float32Array(length);
  const drawn = Math.min(length, block);
  for (let i = 0; i < drawn; i++) values[i] = scale * random.normal();
  for (let from = drawn; from < length; from += block) values.copyWithin(from, 0, Math.min(block, length - from));
  return values;
}
