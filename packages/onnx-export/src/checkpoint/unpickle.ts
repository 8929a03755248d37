import type { FairmotError } from '../error.js';
import { PickleMachine } from './pickle-machine.js';
import { opcodes } from './pickle-opcodes.js';
import type { PickleGlobal, PickleValue } from './pickle-value.js';

/** What a pickle may refer to, and how its errors name the place. */
export interface UnpickleContext {
  /** The class or function of this name, or an error that refuses it. */
  readonly global: (module: string, name: string) => PickleGlobal | FairmotError;
  /** The object outside the pickle that a persistent id stands for; the error is a plain sentence part. */
  readonly persistent: (id: PickleValue) => PickleValue;
  /** 'byte 12 of archive/data.pkl in model.pth' */
  readonly place: (byte: number) => string;
}

/** A value and the index of the byte after its STOP. */
export interface Unpickled {
  readonly value: PickleValue;
  readonly end: number;
}

/**
 * Reads one pickle of protocol 2 to 5 as torch.save writes them: plain containers, numbers, text, and what the context's
 * whitelist builds. Nothing of the file is executed. Memory is linear in the length of the pickle.
 *
 * @throws PickleEnd where the bytes end before STOP; FairmotError for anything else that is wrong, naming the byte.
 * Source: the opcode table of CPython's Lib/pickletools.py.
 */
export function unpickle(bytes: Uint8Array, start: number, context: UnpickleContext): Unpickled {
  const machine = new PickleMachine(bytes, start, context);
  for (let executed = 0; ; executed++) {
    machine.opcodeAt = machine.bytes.position;
    if (executed === mostOpcodes) throw machine.error(`at most ${mostOpcodes} opcodes`, 'more');
    const code = machine.bytes.uint8();
    if (code === stop) return { value: machine.pop(), end: machine.bytes.position };
    const run = opcodes.get(code);
    if (!run) throw machine.error('an opcode of pickle protocol 2 to 5', `0x${code.toString(16).padStart(2, '0')}`);
    run(machine);
  }
}

const stop = 0x2e;

/** FairMOT's DLA-34 with an Adam state takes 50 thousand. */
const mostOpcodes = 2_000_000;
