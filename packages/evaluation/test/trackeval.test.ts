import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, shared } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { combined, type Evaluation, evaluate, rowsFromMotText, sequenceFromRows } from '../src/index.js';
import { differences, figuresOf } from './figures.js';
import { generatedPair, pairCount } from './generated-pair.js';

interface Figures {
  readonly sha256: string;
  readonly fields: readonly string[];
  readonly combined: Record<string, readonly number[]>;
  readonly sequences: readonly (readonly number[])[];
}

describe('generated pairs with every class, ignored rows and crowds', () => {
  const figures = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'trackeval.json'), 'utf8')) as Figures;
  const named = (row: readonly number[] = []) => Object.fromEntries(figures.fields.map((name, k) => [name, row[k]!]));
  const pairs = Array.from({ length: pairCount }, (_, seed) => generatedPair(seed));
  const evaluations = pairs.map(({ benchmark, frames, truth, prediction }) => {
    const rows = [rowsFromMotText(truth, 'gt.txt'), rowsFromMotText(prediction, 'result.txt')] as const;
    return evaluate(sequenceFromRows(...rows, { benchmark, frameCount: frames }));
  });

  test('are the pairs that TrackEval saw', () => {
    const hash = createHash('sha256');
    for (const { truth, prediction } of pairs) hash.update(truth + prediction);
    expect(hash.digest('hex')).toBe(figures.sha256);
  });

  test('have TrackEval’s figures, one by one', () => {
    const wrong = evaluations.flatMap((evaluation, seed) =>
      differences(named(figures.sequences[seed]), figuresOf(evaluation)).map((text) => `seed ${seed}: ${text}`),
    );
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(figures.combined))('have TrackEval’s figures combined: %s', (benchmark) => {
    const mine = evaluations.filter((_, seed) => pairs[seed]!.benchmark === benchmark);
    expect(differences(named(figures.combined[benchmark]), figuresOf(combined(mine)))).toEqual([]);
  });
});

describeShared('golden/evaluation', () => {
  const text = (...parts: string[]) => readFileSync(shared('golden', 'evaluation', ...parts), 'utf8');
  const expected = (JSON.parse(text('expected.json')) as { sequences: Record<string, Record<string, number>> })
    .sequences;
  const { COMBINED_SEQ: together, ...sequences } = expected;
  const measured = (name: string): Evaluation =>
    evaluate(
      sequenceFromRows(
        rowsFromMotText(text(name, 'gt.txt'), 'gt.txt'),
        rowsFromMotText(text(name, 'result.txt'), 'result.txt'),
      ),
    );

  test.each(Object.entries(sequences))('%s', (name, figures) => {
    const evaluation = measured(name);
    expect(differences(figures, { ...figuresOf(evaluation), frames: evaluation.frames })).toEqual([]);
  });

  test('combined', () => {
    expect(differences(together!, figuresOf(combined(Object.keys(sequences).map(measured))))).toEqual([]);
  });
});
