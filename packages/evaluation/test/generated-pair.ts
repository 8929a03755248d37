// Ground truth and results from a seed: every class, ignored rows, conf 0, crowds, identity switches, doubles, false alarms.
// tools/fixtures/evaluation_pairs.py gives the same texts to TrackEval.

export type Benchmark = 'mot15' | 'mot16' | 'mot17' | 'mot20';

export interface GeneratedPair {
  readonly benchmark: Benchmark;
  readonly frames: number;
  readonly truth: string;
  readonly prediction: string;
}

export const pairCount = 500;

type Box = [left: number, top: number, width: number, height: number];

/** Uniform numbers from 0 to 1 (a 32-bit counter, mixed), the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** What kind of film it is. */
interface Plan {
  readonly random: () => number;
  readonly benchmark: Benchmark;
  readonly frames: number;
  readonly objects: number;
  /** Pixels that objects walk in: small for a crowd. */
  readonly field: number;
  /** Standard size of a prediction's error, as a share of the box. */
  readonly blur: number;
  readonly missing: number;
  readonly switching: number;
  readonly falseAlarms: number;
  readonly digits: number;
  readonly doubles: boolean;
}

const chosen = <T>(random: () => number, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

function planFrom(seed: number): Plan {
  const random = randomFrom(seed + 1);
  const crowd = random() < 0.3;
  return {
    random,
    benchmark: (['mot15', 'mot16', 'mot17', 'mot20'] as const)[seed % 4]!,
    frames: 3 + Math.floor(random() * 22),
    objects: crowd ? 15 + Math.floor(random() * 20) : Math.floor(random() * 11),
    field: crowd ? 160 : 700,
    blur: chosen(random, [0.02, 0.1, 0.25]),
    missing: chosen(random, [0, 0.1, 0.5, 1]) * (random() < 0.9 ? 0.8 : 1),
    switching: chosen(random, [0, 0.05, 0.3]),
    falseAlarms: chosen(random, [0, 0.3, 3]),
    digits: chosen(random, [0, 2, 3]),
    doubles: random() < 0.3,
  };
}

class Lines {
  readonly #lines: string[] = [];
  add(...fields: (string | number)[]): void {
    this.#lines.push(fields.join(','));
  }
  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join('');
  }
}

/** The pair of a seed from 0 to `pairCount` - 1. */
export function generatedPair(seed: number): GeneratedPair {
  const plan = planFrom(seed);
  const { random, frames, benchmark } = plan;
  const [truth, prediction] = [new Lines(), new Lines()];
  const objects = Array.from({ length: plan.objects }, (_, index) => objectFrom(plan, index));
  let lastId = 0;
  const newId = () => ++lastId;
  for (let frame = 1; frame <= frames; frame++) {
    for (const object of objects) {
      const box = step(plan, object);
      if (frame < object.first || frame > object.last || random() < object.hidden) continue;
      const mark = object.ignored || random() < 0.05 ? 0 : 1;
      truth.add(frame, object.id, ...written(plan, box), mark, ...truthTail(plan, object));
      predict(plan, object, frame, box, prediction, newId);
    }
    for (let alarms = random() * 2 * plan.falseAlarms; alarms >= 1; alarms--)
      prediction.add(frame, newId(), ...written(plan, randomBox(plan)), random().toFixed(2), -1, -1, -1);
  }
  return { benchmark, frames, truth: truth.text, prediction: prediction.text };
}

interface Walker {
  readonly id: number;
  readonly kind: number;
  readonly box: Box;
  readonly speed: [number, number];
  readonly first: number;
  readonly last: number;
  readonly hidden: number;
  readonly ignored: boolean;
  predicted: number;
}

function randomBox({ random, field }: Plan): Box {
  const height = 40 + 60 * random();
  return [field * random(), (field * random()) / 3, height * (0.3 + 0.3 * random()), height];
}

function objectFrom(plan: Plan, index: number): Walker {
  const { random, frames } = plan;
  const first = 1 + Math.floor((random() * random() * frames) / 2);
  return {
    // Identities from 0, with gaps.
    id: 3 * index,
    kind: random() < 0.5 ? 1 : 1 + Math.floor(13 * random()),
    box: randomBox(plan),
    speed: [6 * (random() - 0.5), 3 * (random() - 0.5)],
    first,
    last: first + Math.floor(random() * 2 * frames),
    hidden: 0.2 * random(),
    ignored: random() < 0.1,
    predicted: 0,
  };
}

function step({ random }: Plan, { box, speed }: Walker): Box {
  box[0] += speed[0] + random() - 0.5;
  box[1] += speed[1] + random() - 0.5;
  return box;
}

const written = ({ digits }: Plan, box: Box) => box.map((value) => value.toFixed(digits));

function truthTail({ random, benchmark }: Plan, { kind }: Walker): (string | number)[] {
  if (benchmark === 'mot15') return [(20 * random() - 10).toFixed(3), (20 * random() - 10).toFixed(3), 0];
  return [kind, random().toFixed(3)];
}

function predict(plan: Plan, object: Walker, frame: number, box: Box, lines: Lines, newId: () => number): void {
  const { random, blur, missing, switching, doubles } = plan;
  if (random() < missing) return;
  if (object.predicted === 0 || random() < switching) object.predicted = newId();
  const error = () => 1.5 * blur * (random() + random() + random() - 1.5);
  const [left, top, width, height] = box;
  const found: Box = [
    left + width * error(),
    top + height * error(),
    width * Math.max(0.2, 1 + error()),
    height * Math.max(0.2, 1 + error()),
  ];
  const tail = random() < 0.5 ? [1, -1, -1] : [-1, -1, -1];
  lines.add(frame, object.predicted, ...written(plan, found), random().toFixed(2), ...tail);
  if (doubles && random() < 0.1) lines.add(frame, newId(), ...written(plan, found), random().toFixed(2), ...tail);
  // A box without area.
  if (random() < 0.01) lines.add(frame, newId(), left.toFixed(1), top.toFixed(1), 0, 10, 1, -1, -1, -1);
}
