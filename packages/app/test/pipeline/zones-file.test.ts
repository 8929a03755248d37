import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@trt-fairmot/testing';
import { describe, expect, test } from 'vitest';
import { countLines, openCounter } from '../../src/pipeline/zones-file.js';

const folder = temporaryFolder();
const frame = { width: 200, height: 100, frameRate: 30, trackBuffer: 30 };

function zonesFile(content: unknown): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'zones.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('a file of lines and regions makes a counter', async () => {
  const zones = {
    $schema: './zones.schema.json',
    units: 'fractions',
    lines: [
      {
        name: 'door',
        points: [
          [0.5, 0],
          [0.5, 1],
        ],
      },
    ],
    regions: [
      {
        name: 'yard',
        points: [
          [0.5, 0],
          [1, 0],
          [1, 1],
          [0.5, 1],
        ],
      },
    ],
  };
  const counter = await openCounter(zonesFile(zones), frame);
  for (const x of [80, 95, 110, 130]) counter.update([{ id: 3, box: [x, 20, 10, 60] }]);
  expect(countLines(counter.totals())).toEqual(['  door: 0 in, 1 out', '  yard: 1 visitors, at most 1 at a time']);
});

test('whoever the tracker may find again is remembered', async () => {
  const file = zonesFile({
    lines: [
      {
        name: 'door',
        points: [
          [100, 0],
          [100, 100],
        ],
      },
    ],
  });
  const crossedAfterGap = async (trackBuffer: number) => {
    const counter = await openCounter(file, { ...frame, trackBuffer });
    counter.update([{ id: 3, box: [50, 20, 10, 60] }]);
    for (let k = 0; k < 500; k++) counter.update([]);
    return counter.update([{ id: 3, box: [150, 20, 10, 60] }]).crossings.length;
  };
  expect(await crossedAfterGap(30)).toBe(0);
  expect(await crossedAfterGap(500)).toBe(1);
});

describe('a wrong file is a usage error that names the zone and the file', () => {
  const points = [
    [1, 2],
    [3, 4],
  ];
  test.each<[unknown, RegExp]>([
    [{ lines: [{ name: 'a', points: [[1, 2]] }] }, /^Expected a list of 2 or more for points of line 'a' in .*zones/],
    [
      {
        lines: [
          {
            name: 'a',
            points: [
              [1, 2],
              [3, 'x'],
            ],
          },
        ],
      },
      /^Expected a number for points\.1\.1 of line 'a' in .*"x"$/,
    ],
    [{ lines: [{ name: 'a', points }, { points }] }, /^Expected text for name of line 2 in .* but received nothing$/],
    [{ lines: [{ name: 'a', points, color: 1 }] }, /^Expected no 'color' of line 'a' in .* but received one$/],
    [{ lines: [{ name: 'a', points }], unit: 'px' }, /^Expected no 'unit' in .*zones\.json but received one$/],
    [{ lines: { name: 'a', points } }, /^Expected a list for lines in /],
    [{ units: 'mm' }, /^Expected one of pixels, fractions for units in .* but received "mm"$/],
    [{}, /^Expected a line or a region but received none in .*zones\.json$/],
    [
      {
        lines: [
          {
            name: 'a',
            points: [
              [300, 2],
              [400, 3],
            ],
          },
        ],
      },
      /^Expected line 'a' to reach into the frame of 200x100 /,
    ],
    ['{"lines": [', /^Expected JSON in .*zones\.json but received: /],
  ])('%j', async (content, message) => {
    const failed = openCounter(zonesFile(content), frame);
    await expect(failed).rejects.toMatchObject({ name: 'FairmotError', kind: 'usage' });
    await expect(failed).rejects.toThrow(message);
  });

  test('a file that is not there', async () => {
    await expect(openCounter(join(folder, 'absent.json'), frame)).rejects.toThrow(/absent\.json but received nothing/);
  });
});
