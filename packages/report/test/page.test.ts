import { describe, expect, it } from 'vitest';
import { clip, facts, gallery, grid, image, page, paragraph, section, table, tiles } from '../src/index.js';

const bytes = Uint8Array.from([1, 2, 250]);

describe('page', () => {
  const whole = page({
    title: 'Run <5>',
    lead: 'a lead',
    body: [
      tiles([{ value: 10.25, label: 'fps' }]),
      section('Part', grid(paragraph('text'), paragraph('careful', 'warning')), facts({ Node: '20' })),
      gallery(image({ bytes, type: 'image/png', alt: 'a picture' }), clip({ bytes, type: 'video/mp4', alt: 'a film' })),
    ],
    footer: 'made by a test',
  });

  it('refers to nothing outside itself and runs no script', () => {
    expect(whole).not.toMatch(/<script|<link|https?:|url\(|@import/);
    const sources = [...whole.matchAll(/src="([^"]{0,24})/g)].map(([, source]) => source);
    expect(sources).toEqual(['data:image/png;base64,AQ', 'data:video/mp4;base64,AQ']);
  });

  it('closes every element it opens', () => {
    const open: string[] = [];
    const empty = new Set(['meta', 'img', 'br']);
    for (const [, slash, name = '', rest = ''] of whole.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/g)) {
      if (slash) expect(open.pop()).toBe(name);
      else if (!empty.has(name) && !rest.endsWith('/')) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('escapes its title', () => {
    expect(whole).toContain('<title>Run &lt;5&gt;</title>');
  });

  it('embeds files as they are', () => {
    const [, data = ''] = /data:image\/png;base64,([^"]*)/.exec(whole) ?? [];
    expect([...Buffer.from(data, 'base64')]).toEqual([...bytes]);
  });

  it('refuses a type that is none', () => {
    expect(() => image({ bytes, type: 'text/html', alt: '' })).toThrow(RangeError);
    expect(() => clip({ bytes, type: 'video/mp4" onerror="', alt: '' })).toThrow(RangeError);
  });
});

describe('table', () => {
  it('puts columns of numbers to the right and writes them shortly', () => {
    const { text } = table({
      columns: ['name', 'ms'],
      rows: [
        ['a', 1.23456],
        ['b', null],
      ],
    });
    expect(text).toContain('<th class="right">ms</th>');
    expect(text).toContain('<td class="right">1.235</td>');
    expect(text).toContain('<td class="left">a</td>');
  });

  it('refuses rows of another length', () => {
    expect(() => table({ columns: ['a'], rows: [[1, 2]] })).toThrow('Expected 1 cells in row 0 but received 2');
  });
});
