import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Meter } from '../src/meter.js';

describe('Meter', () => {
  test('an even stream has its rate, whenever it is asked', () => {
    const meter = new Meter();
    for (let i = 0; i <= 100; i++) meter.add({}, i * 40);
    for (const late of [0, 10, 40]) expect(meter.rate(4000 + late)).toBeCloseTo(25, 6);
    expect(meter.rate(4500)).toBeLessThan(25);
  });

  test('a slow stream has a rate too', () => {
    const meter = new Meter(3);
    for (let i = 0; i <= 4; i++) meter.add({}, i * 5000);
    expect(meter.rate(20_000)).toBeCloseTo(0.2, 6);
    expect(new Meter().rate(0)).toBe(0);
  });

  test('means are those of the samples within the window', () => {
    const samples = fc.array(
      fc.record({ gap: fc.integer({ min: 1, max: 400 }), value: fc.double({ min: 0, max: 99, noNaN: true }) }),
      {
        minLength: 60,
        maxLength: 90,
      },
    );
    fc.assert(
      fc.property(samples, (list) => {
        const meter = new Meter(3);
        let at = 0;
        const all = list.map(({ gap, value }) => {
          at += gap;
          meter.add({ value }, at);
          return { at, value };
        });
        const inside = all.filter((sample) => sample.at > at - 3000);
        const used = inside.length >= 5 ? inside : all.slice(-5);
        const mean = used.reduce((sum, { value }) => sum + value, 0) / used.length;
        expect(meter.means(at).value).toBeCloseTo(mean, 6);
      }),
    );
  });
});
