import { describe, expect, test } from 'vitest';
import { batchRangeFrom, buildOptionsFrom, buildOptionsSchema } from '../../src/options/build-options.js';

describe('buildOptionsFrom', () => {
  test('defaults: fp32, no other libraries, every pass', () => {
    expect(buildOptionsFrom()).toEqual({
      precision: 'fp32',
      device: 0,
      dcnInterpolation: 'fp16',
      topK: 500,
      profilingVerbosity: 'detailed',
      verbose: false,
    });
  });

  test('takes text from a command line, lists between commas', () => {
    const text = {
      workspace: '512',
      maxBatch: '8',
      optimizationLevel: '0',
      disablePass: 'lower-opset, fuse-deform-conv',
    };
    expect(buildOptionsFrom(text as never)).toMatchObject({
      workspace: 512,
      maxBatch: 8,
      optimizationLevel: 0,
      disablePass: ['lower-opset', 'fuse-deform-conv'],
    });
  });

  test.each([
    [{ precision: 'int4' }, /^Expected fp32, fp16 or int8 for precision but received "int4"$/, /--help/],
    [{ optimizationLevel: 6 }, /^Expected an optimizationLevel from 0 to 5 but received 6$/, /--help/],
    [{ maxBatch: 0 }, /^Expected a maxBatch of 1 or more but received 0$/, /--help/],
    [{ workspace: '' }, /^Expected a workspace of 1 MiB or more but received ""$/, /--help/],
    [
      { disablePass: ['fuse'] },
      /^Expected disablePass to name some of fold-batch-norm, .* but received \["fuse"\]$/,
      /--help/,
    ],
    [{ speed: 3 }, /^Expected build options \(precision, .*\), not speed, but received 3$/, /--help/],
  ])('%j is a usage error', (options, message, hint) => {
    expect(() => buildOptionsFrom(options as never)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
        kind: 'usage',
      }),
    );
  });

  test('every option has help', () => {
    for (const field of Object.values(buildOptionsSchema.shape)) expect(field.description).toMatch(/^\S.*\S$/);
  });
});

describe('batchRangeFrom', () => {
  test.each([
    [{}, [1, 1, 1]],
    [{ maxBatch: 8 }, [1, 8, 8]],
    [{ optBatch: 4 }, [1, 4, 4]],
    [{ minBatch: 2 }, [2, 2, 2]],
    [{ minBatch: 2, optBatch: 4, maxBatch: 8 }, [2, 4, 8]],
  ])('%j', (options, [min, opt, max]) => {
    expect(batchRangeFrom(options)).toEqual({ min, opt, max });
  });

  test('an order that cannot be is a usage error', () => {
    expect(() => batchRangeFrom({ optBatch: 8, maxBatch: 4 })).toThrow(
      'Expected min <= opt <= max for the batch but received 1, 8, 4',
    );
  });
});
