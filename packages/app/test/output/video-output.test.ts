import { ZoneCounter } from '@trt-fairmot/counting';
import { expect, test } from 'vitest';
import { drawnZones } from '../../src/output/video-output.js';

test('zones are drawn with their counts, and lit where something happens', () => {
  const counter = new ZoneCounter(
    {
      lines: [
        {
          name: 'door',
          points: [
            [50, 0],
            [50, 100],
          ],
        },
      ],
      regions: [
        {
          name: 'yard',
          points: [
            [50, 0],
            [100, 0],
            [100, 100],
          ],
        },
      ],
    },
    { width: 100, height: 100 },
  );
  const at = (x: number) => drawnZones(counter.zones, counter.update([{ id: 1, box: [x - 5, 0, 10, 20] }]));
  expect(at(30).map(({ kind, label, lit }) => [kind, label, lit])).toEqual([
    ['region', 'yard 0', false],
    ['line', 'door in 0 out 0', false],
  ]);
  expect(at(70).map(({ kind, label, lit }) => [kind, label, lit])).toEqual([
    ['region', 'yard 1', true],
    ['line', 'door in 0 out 1', true],
  ]);
  expect(at(71).map(({ lit }) => lit)).toEqual([true, false]);
});
