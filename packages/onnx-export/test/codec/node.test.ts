import { describe, expect, test } from 'vitest';
import { intOfAttribute, intsOfAttribute, nodeFrom } from '../../src/index.js';

describe('nodeFrom', () => {
  const attributes = { group: 2, pads: [1, 1], mode: 'linear', alpha: { float: 0.5 } };
  const node = nodeFrom({ op: 'Any', name: 'n', inputs: ['a', ''], outputs: ['b'], attributes, domain: 'own' });

  test('types attributes by their value', () => {
    expect(node.attribute.map(({ name, type }) => [name, type])).toEqual([
      ['group', 2],
      ['pads', 7],
      ['mode', 3],
      ['alpha', 1],
    ]);
    expect(new TextDecoder().decode(node.attribute[2]?.s)).toBe('linear');
    expect(node.attribute[3]?.f).toBe(0.5);
    expect(node.domain).toBe('own');
  });

  test('reads integers, scalars and lists alike', () => {
    expect(intsOfAttribute(node, 'pads', [])).toEqual([1, 1]);
    expect(intsOfAttribute(node, 'group', [])).toEqual([2]);
    expect(intsOfAttribute(node, 'absent', [3])).toEqual([3]);
    expect(intOfAttribute(node, 'group', 1)).toBe(2);
    expect(intOfAttribute(node, 'absent', 1)).toBe(1);
  });
});
