import { describe, expect, test } from 'vitest';
import { optionsFromTrtexecFlags } from '../../src/options/trtexec-flags.js';

const usage = (message: RegExp, hint = /./) =>
  expect.objectContaining({
    kind: 'usage',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });

describe('optionsFromTrtexecFlags', () => {
  test("the original recipe's build line with fp16 for int8", () => {
    const line =
      '--onnx=./fairmot_dla34.onnx --fp16 --calib=./calib.txt --explicitBatch=1 --workspace=512 --verbose=True --saveEngine=./fairmot_dla34.engine';
    expect(optionsFromTrtexecFlags(line.split(' '))).toEqual({
      onnx: './fairmot_dla34.onnx',
      output: './fairmot_dla34.engine',
      options: { precision: 'fp16', workspace: 512, verbose: true },
      rest: [],
      notes: ['--calib has no effect without --int8'],
    });
  });

  test("the original recipe's build line as it stands", () => {
    const line =
      '--onnx=./fairmot_dla34.onnx --fp16 --int8 --calib=./calib.txt --explicitBatch=1 --workspace=512 --verbose=True --saveEngine=./fairmot_dla34.engine';
    expect(optionsFromTrtexecFlags(line.split(' '))).toEqual({
      onnx: './fairmot_dla34.onnx',
      output: './fairmot_dla34.engine',
      calib: './calib.txt',
      options: { precision: 'int8', workspace: 512, verbose: true },
      rest: [],
      notes: [],
    });
  });

  test.each([[['--int8']], [['--int8=True', '--fp16']], [['--fp16', '--int8']], [['--best']]])(
    '%j is int8 beside fp16',
    (flags) => {
      expect(optionsFromTrtexecFlags(flags).options).toEqual({ precision: 'int8' });
    },
  );

  test('--calib= goes with our own --precision, whose command says what it thinks of it', () => {
    const { calib, rest } = optionsFromTrtexecFlags(['--precision', 'int8', '--calib=list.txt']);
    expect({ calib, rest }).toEqual({ calib: 'list.txt', rest: ['--precision', 'int8'] });
    expect(optionsFromTrtexecFlags(['--calib', 'list.txt']).rest).toEqual(['--calib', 'list.txt']);
  });

  test('its relatives', () => {
    const flags = [
      ...[
        '--minShapes=input:1x3x608x1088',
        '--optShapes=input:4x3x608x1088',
        '--maxShapes=input:8x3x608x1088,mask:8x1',
      ],
      ...['--memPoolSize=dlaSRAM:1,workspace:2G', '--builderOptimizationLevel=5', '--timingCacheFile=t.cache'],
      ...['--dynamicPlugins=libtrt_fairmot_plugins.so', '--device=1', '--noTF32', '--verbose=0', '--fp16=False'],
    ];
    expect(optionsFromTrtexecFlags(flags)).toEqual({
      options: {
        minBatch: 1,
        optBatch: 4,
        maxBatch: 8,
        workspace: 2048,
        optimizationLevel: 5,
        timingCache: 't.cache',
        pluginLibrary: 'libtrt_fairmot_plugins.so',
        device: 1,
        verbose: false,
      },
      rest: [],
      notes: [],
    });
  });

  test('leaves what is not of trtexec, and our own spellings of the same words', () => {
    const own = [
      'model.onnx',
      '-o',
      'a=b.engine',
      '--precision',
      'fp16',
      '--workspace',
      '512',
      '--verbose',
      '--max-batch=4',
      '--toString=1',
    ];
    expect(optionsFromTrtexecFlags(own)).toEqual({ options: {}, rest: own, notes: [] });
  });

  test('a value may hold an equals sign', () => {
    expect(optionsFromTrtexecFlags(['--onnx=a=b.onnx']).onnx).toBe('a=b.onnx');
  });

  test.each([
    ['--onnx', /^Expected --onnx=FILE.onnx but received --onnx$/],
    ['--saveEngine=', /^Expected --saveEngine=FILE.engine but received --saveEngine=$/],
    ['--workspace=lots', /^Expected a whole number for --workspace but received --workspace=lots$/],
    ['--verbose=maybe', /^Expected --verbose=True or --verbose=False but received --verbose=maybe$/],
    ['--memPoolSize=512', /^Expected --memPoolSize=workspace:MiB but received --memPoolSize=512$/],
    ['--maxShapes=8', /^Expected --maxShapes=INPUT:NxCxHxW but received --maxShapes=8$/],
  ])('%s is a usage error', (flag, message) => {
    expect(() => optionsFromTrtexecFlags([flag])).toThrow(usage(message));
  });
});
