import { describe, expect, test } from 'vitest';
import { motLine } from '../src/index.js';

describe('motLine', () => {
  const track = { id: 3, box: [-1.5, 20, 30.25, 60] as const, score: 0.875 };

  test("is a line of FairMOT's result file", () => {
    expect(motLine(7, track)).toBe('7,3,-1.5,20,30.25,60,1,-1,-1,-1');
  });

  test('has the score where asked', () => {
    expect(motLine(7, track, { score: true })).toBe('7,3,-1.5,20,30.25,60,0.875,-1,-1,-1');
  });
});
