import { describe, expect, test } from 'vitest';
import { exportOptionsFrom } from '../../src/index.js';

describe('exportOptionsFrom', () => {
  test('fills in the published size and the portable form', () => {
    expect(exportOptionsFrom()).toEqual({
      height: 608,
      width: 1088,
      batch: 1,
      dcn: 'deform-conv',
      outputs: 'heads',
      topK: 500,
      precision: 'fp32',
    });
  });

  test.each([
    [{ height: 600 }, 'Expected a height divisible by 32 but received 600', '--height'],
    [{ width: 0 }, 'Expected a width divisible by 32 but received 0', '--width'],
    [{ batch: 0 }, 'Expected a batch of 1 or more, or dynamic but received 0', '--batch'],
    [{ topK: 1.5 }, 'Expected a topK of 1 or more but received 1.5', '--top-k'],
    [{ precision: 'int8' }, 'Expected fp32 or fp16 for precision but received int8', '--precision'],
    [
      { colour: 'red' },
      'Expected export options (height, width, batch, dcn, outputs, topK, precision) but received colour',
      '',
    ],
  ])('refuses %o', (options, message, flag) => {
    const refuse = () => exportOptionsFrom(options as Parameters<typeof exportOptionsFrom>[0]);
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(expect.objectContaining({ kind: 'input', hint: expect.stringContaining(flag) }));
  });
});
