import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addFlags, parseFlags } from '../../src/cli/flags.js';
import {
  associateOptionsSchema,
  buildFlagsSchema,
  compareOptionsSchema,
  exportFlagsSchema,
  trackOptionsSchema,
} from '../../src/options.js';

function flagsOf(schema: Parameters<typeof addFlags>[1], args: string[]) {
  const command = addFlags(new Command().exitOverride(), schema);
  command.parse(args, { from: 'user' });
  return command.opts();
}

const trackFlags = (...args: string[]) => parseFlags(trackOptionsSchema, flagsOf(trackOptionsSchema, args));

test('defaults are FairMOT’s', () => {
  expect(trackFlags()).toMatchObject({
    conf: 0.4,
    trackBuffer: 30,
    minBoxArea: 100,
    topK: 500,
    vidStride: 1,
    device: 'auto',
  });
});

test('flags are kebab-case and numbers are numbers', () => {
  const options = trackFlags('--track-buffer', '60', '--conf', '0.3', '--max-frames', '7', '--overwrite', '--mot', '-');
  expect(options).toMatchObject({ trackBuffer: 60, conf: 0.3, maxFrames: 7, overwrite: true, mot: '-' });
});

describe('a wrong value is a usage error that names the flag, what was expected and what came', () => {
  test.each([
    [['--conf', '1.5'], "Expected a number of at most 1 for --conf but received '1.5'"],
    [['--conf', 'high'], "Expected a number for --conf but received 'high'"],
    [['--conf', ''], "Expected a number for --conf but received ''"],
    [['--track-buffer', '2.5'], "Expected a whole number for --track-buffer but received '2.5'"],
    [['--vid-stride', '0'], "Expected a number of at least 1 for --vid-stride but received '0'"],
    [['--duration', '0'], "Expected a number above 0 for --duration but received '0'"],
    [['--device', 'gpu'], "Expected auto, cpu, tensorrt or tensorrt:N for --device but received 'gpu'"],
    [['--raw-size', '1920'], "Expected WIDTHxHEIGHT such as 1920x1080 for --raw-size but received '1920'"],
  ])('%j', (args, message) => {
    let received: unknown;
    try {
      trackFlags(...args);
    } catch (error) {
      received = error;
    }
    expect(received).toMatchObject({
      name: 'FairmotError',
      kind: 'usage',
      message: message,
    });
  });
});

test('a size the network cannot take is bad input', () => {
  const refused = expect.objectContaining({
    kind: 'input',
    message: "Expected a multiple of 32 for --height but received '600'",
  });
  expect(() => trackFlags('--height', '600')).toThrow(refused);
});

test('every flag has help', () => {
  for (const schema of [
    trackOptionsSchema,
    associateOptionsSchema,
    exportFlagsSchema,
    buildFlagsSchema,
    compareOptionsSchema,
  ]) {
    for (const option of addFlags(new Command(), schema).options) expect(option.description, option.long).not.toBe('');
  }
});
