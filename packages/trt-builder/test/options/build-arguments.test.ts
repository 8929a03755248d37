import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argumentsFromOptions, buildOptionsFrom, passNames } from '../../src/index.js';

const camel = (flag: string) => flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

test('defaults need no arguments', () => {
  expect(argumentsFromOptions(buildOptionsFrom())).toEqual([]);
  expect(argumentsFromOptions(buildOptionsFrom({ disablePass: [] }))).toEqual([]);
});

test('the arguments say the options: read back as text they give the same', () => {
  const options = fc.record(
    {
      precision: fc.constantFrom('fp32' as const, 'fp16' as const),
      maxBatch: fc.integer({ min: 1, max: 16 }),
      workspace: fc.integer({ min: 1, max: 4096 }),
      optimizationLevel: fc.integer({ min: 0, max: 5 }),
      timingCache: fc.constantFrom('tactics.cache', 'a b.cache'),
      disablePass: fc.uniqueArray(fc.constantFrom(...passNames), { minLength: 1 }),
      verbose: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(options, (given) => {
      const complete = buildOptionsFrom(given);
      const words = argumentsFromOptions(complete);
      const read: Record<string, unknown> = {};
      for (let i = 0; i < words.length; i++) {
        const flag = words[i] as string;
        read[camel(flag)] = flag === '--verbose' ? true : words[++i];
      }
      expect(buildOptionsFrom(read)).toEqual(complete);
    }),
  );
});
