import { FairmotError } from '@trt-fairmot/onnx-export';
import type { BuildOptionsInput } from './build-options.js';

/** What trtexec's flags say in this program's terms. */
export interface TrtexecOptions {
  /** `--onnx` */
  readonly onnx?: string;
  /** `--saveEngine` */
  readonly output?: string;
  /** `--calib`, with `--int8` */
  readonly calib?: string;
  readonly options: BuildOptionsInput;
  /** Arguments that are none of trtexec's, in their order. */
  readonly rest: readonly string[];
  /** What was accepted without effect, and why: one sentence each. */
  readonly notes: readonly string[];
}

interface Reading {
  onnx?: string;
  output?: string;
  calib?: string;
  options: Record<string, unknown>;
  notes: string[];
}

type Handler = (reading: Reading, value: string | null, flag: string) => void;

/**
 * Reads the flags of trtexec that the original TRT-FairMot recipe uses, and their close relatives, so that its build line
 * works with `fairmot build`. trtexec writes values behind an equals sign; so do we here.
 *
 * @throws FairmotError of kind 'usage' for a flag without its value
 * @example
 * optionsFromTrtexecFlags(['--onnx=fairmot.onnx', '--fp16', '--workspace=512', '--saveEngine=fairmot.engine']);
 * // { onnx: 'fairmot.onnx', output: 'fairmot.engine', options: { precision: 'fp16', workspace: 512 }, rest: [], notes: [] }
 */
export function optionsFromTrtexecFlags(args: readonly string[]): TrtexecOptions {
  const reading: Reading = { options: {}, notes: [] };
  const rest = args.filter((argument) => {
    const [flag = '', value = null] = splitOnce(argument);
    const handler = Object.hasOwn(handlers, flag) ? handlers[flag] : undefined;
    // our own spellings of the same words take the value as an argument of its own
    if (!handler || (value === null && ownFlags.has(flag))) return true;
    handler(reading, value, flag);
    return false;
  });
  const { calib, ...others } = reading;
  if (calib === undefined) return { ...others, rest };
  const saidOurWay = rest.some((argument) => /^--precision(=|$)/.test(argument));
  if (reading.options.precision === 'int8' || saidOurWay) return { ...others, calib, rest };
  return { ...others, rest, notes: [...reading.notes, '--calib has no effect without --int8'] };
}

/** Flags that fairmot build has too: without an equals sign they are ours. */
const ownFlags = new Set(['--workspace', '--verbose', '--device', '--calib']);

function splitOnce(argument: string): [string, string | null] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, null] : [argument.slice(0, at), argument.slice(at + 1)];
}

const handlers: Readonly<Record<string, Handler>> = {
  '--onnx': (reading, value, flag) => {
    reading.onnx = needed(value, flag, 'FILE.onnx');
  },
  '--saveEngine': (reading, value, flag) => {
    reading.output = needed(value, flag, 'FILE.engine');
  },
  '--fp16': (reading, value) => {
    if (isOn(value, '--fp16')) reading.options.precision ??= 'fp16';
  },
  '--int8': (reading, value) => {
    if (isOn(value, '--int8')) reading.options.precision = 'int8';
  },
  '--best': (reading, value) => {
    if (isOn(value, '--best')) reading.options.precision = 'int8';
  },
  // trtexec reads a calibration cache there; the recipe, like us, means a list of images
  '--calib': (reading, value, flag) => {
    reading.calib = needed(value, flag, 'LIST.txt');
  },
  '--explicitBatch': () => {},
  '--workspace': (reading, value, flag) => {
    reading.options.workspace = wholeNumber(needed(value, flag, 'MiB'), flag);
  },
  '--memPoolSize': (reading, value, flag) => {
    reading.options.workspace = workspaceFrom(needed(value, flag, 'workspace:MiB'));
  },
  '--verbose': (reading, value) => {
    reading.options.verbose = isOn(value, '--verbose');
  },
  '--noTF32': () => {},
  '--minShapes': (reading, value, flag) => {
    reading.options.minBatch = batchFrom(needed(value, flag, shapeForm), flag);
  },
  '--optShapes': (reading, value, flag) => {
    reading.options.optBatch = batchFrom(needed(value, flag, shapeForm), flag);
  },
  '--maxShapes': (reading, value, flag) => {
    reading.options.maxBatch = batchFrom(needed(value, flag, shapeForm), flag);
  },
  '--builderOptimizationLevel': (reading, value, flag) => {
    reading.options.optimizationLevel = wholeNumber(needed(value, flag, '0 to 5'), flag);
  },
  '--timingCacheFile': (reading, value, flag) => {
    reading.options.timingCache = needed(value, flag, 'FILE');
  },
  '--plugins': pluginLibrary,
  '--staticPlugins': pluginLibrary,
  '--dynamicPlugins': pluginLibrary,
  '--device': (reading, value, flag) => {
    reading.options.device = wholeNumber(needed(value, flag, 'N'), flag);
  },
};

const shapeForm = 'INPUT:NxCxHxW';

function pluginLibrary(reading: Reading, value: string | null, flag: string): void {
  reading.options.pluginLibrary = needed(value, flag, 'FILE.so');
}

function usageError(expected: string, received: string, hint = 'fairmot build --help lists the flags'): FairmotError {
  return new FairmotError(`Expected ${expected} but received ${received}`, { kind: 'usage', hint });
}

function needed(value: string | null, flag: string, form: string): string {
  if (value) return value;
  throw usageError(`${flag}=${form}`, value === null ? flag : `${flag}=`);
}

/** trtexec's switches, which the recipe also writes with a Python-like value. */
function isOn(value: string | null, flag: string): boolean {
  const word = (value ?? 'true').toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(word)) return true;
  if (['false', '0', 'no', 'off'].includes(word)) return false;
  throw usageError(`${flag}=True or ${flag}=False`, `${flag}=${value}`);
}

function wholeNumber(text: string, flag: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw usageError(`a whole number for ${flag}`, `${flag}=${text}`);
}

/** trtexec's pools: `workspace:512`, `workspace:0.5G`, with others behind commas. MiB where no unit is given. */
function workspaceFrom(text: string): number {
  const match = /(?:^|,)workspace:(\d+(?:\.\d+)?)([KMG]?)(?:i?B)?(?:,|$)/i.exec(text);
  if (!match) throw usageError('--memPoolSize=workspace:MiB', `--memPoolSize=${text}`);
  const scale = { K: 1 / 1024, M: 1, G: 1024 }[(match[2] || 'M').toUpperCase()] as number;
  return Math.max(1, Math.round(Number(match[1]) * scale));
}

/** The batch of the first shape in `input:8x3x608x1088`; the other dimensions are the network's own. */
function batchFrom(text: string, flag: string): number {
  const match = /^[^:]+:(\d+)(?:x\d+)+(?:,|$)/.exec(text);
  if (match) return Number(match[1]);
  throw usageError(`${flag}=${shapeForm}`, `${flag}=${text}`);
}
