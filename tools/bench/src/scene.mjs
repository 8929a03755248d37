// A made-up street: people of different sizes walk across a picture, 1080 high; some detections are missing, boxes and looks jitter.

/** Pseudo-random numbers from 0 to 1 (mulberry32), the same on every machine. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Frames of detections: `objects` people within `width` pixels, each left out with probability `missing`, embeddings of `embeddingSize` numbers. */
export function sceneFrames({ objects, frames, width = 1920, missing = 0.1, embeddingSize = 128, seed = 1 }) {
  const random = randomFrom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const people = Array.from({ length: objects }, () => {
    const height = 60 + 200 * random();
    return {
      x: width * random(),
      y: 200 + 800 * random(),
      vx: 3 * normal(),
      vy: normal(),
      height,
      width: height * (0.35 + 0.1 * random()),
      look: Float32Array.from({ length: embeddingSize }, normal),
    };
  });
  return Array.from({ length: frames }, () => {
    for (const person of people) walk(person, width);
    const seen = people.filter(() => random() >= missing);
    return detectionsOf(seen, embeddingSize, normal, random);
  });
}

function walk(person, width) {
  person.x += person.vx;
  person.y += person.vy;
  if (person.x < 0 || person.x > width) person.vx = -person.vx;
  if (person.y < 200 || person.y > 1000) person.vy = -person.vy;
}

function detectionsOf(people, embeddingSize, normal, random) {
  const count = people.length;
  const boxes = new Float32Array(4 * count);
  const embeddings = new Float32Array(count * embeddingSize);
  people.forEach(({ x, y, width, height, look }, row) => {
    const jitter = () => 0.01 * height * normal();
    boxes.set(
      [x - width / 2 + jitter(), y - height / 2 + jitter(), x + width / 2 + jitter(), y + height / 2 + jitter()],
      4 * row,
    );
    const noisy = look.map((value) => value + 0.3 * normal());
    const length = Math.hypot(...noisy);
    for (let d = 0; d < embeddingSize; d++) embeddings[row * embeddingSize + d] = noisy[d] / length;
  });
  const scores = Float32Array.from({ length: count }, () => 0.5 + 0.4 * random())
    .sort()
    .reverse();
  return { count, boxes, scores, embeddings, embeddingSize };
}
