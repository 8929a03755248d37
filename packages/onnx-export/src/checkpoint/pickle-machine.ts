import { FairmotError } from '../error.js';
import { PickleBytes } from './pickle-bytes.js';
import { type PickleValue, pickleTypeName } from './pickle-value.js';
import type { UnpickleContext } from './unpickle.js';

/** The stack machine that opcodes act on. */
export class PickleMachine {
  readonly bytes: PickleBytes;
  readonly context: UnpickleContext;
  readonly memo = new Map<number, PickleValue>();
  /** Where the current opcode lies. */
  opcodeAt = 0;
  #stack: PickleValue[] = [];
  readonly #marked: PickleValue[][] = [];
  /** Elements given to constructors: a small pickle may pass one large list on many times. */
  #copied = 0;

  constructor(bytes: Uint8Array, start: number, context: UnpickleContext) {
    this.bytes = new PickleBytes(bytes, start);
    this.context = context;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.error('a value on the stack', 'an empty stack');
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.error('a value on the stack', 'an empty stack');
    return value;
  }

  mark(): void {
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  /** What was pushed since the last mark, which is removed. */
  popMark(): PickleValue[] {
    const values = this.#stack;
    const below = this.#marked.pop();
    if (!below) throw this.error('a mark on the stack', 'none');
    this.#stack = below;
    return values;
  }

  /** POP removes the topmost value, or the mark where nothing lies on it. */
  drop(): void {
    if (this.#stack.length === 0 && this.#marked.length > 0) this.popMark();
    else this.pop();
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== 'string') throw this.error('a str', pickleTypeName(value));
    return value;
  }

  popTuple(): PickleValue[] {
    const value = this.pop();
    if (!Array.isArray(value)) throw this.error('a tuple', pickleTypeName(value));
    return value;
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.error(`memo entry ${index} to be set before its use`, 'an unset one');
    this.push(value);
  }

  pushGlobal(module: string, name: string): void {
    const found = this.context.global(module, name);
    if (found instanceof FairmotError) throw found;
    this.push(found);
  }

  /** Applies a whitelisted constructor; the sentence parts of its errors gain the place. */
  call(callee: PickleValue, args: PickleValue[]): void {
    const known = callee !== null && typeof callee === 'object' && 'kind' in callee && callee.kind === 'global';
    if (!known || !callee.call) throw this.error('a whitelisted constructor to call', pickleTypeName(callee));
    for (const value of args) this.#copied += lengthOf(value);
    if (this.#copied > mostCopied) throw this.error(`at most ${mostCopied} elements copied by constructors`, 'more');
    this.push(this.guard(() => callee.call?.(args) ?? null));
  }

  guard<T>(action: () => T): T {
    try {
      return action();
    } catch (problem) {
      if (problem instanceof PickleMismatch) throw this.error(problem.expected, problem.received);
      throw problem;
    }
  }

  error(expected: string, received: string): FairmotError {
    return new FairmotError(`Expected ${expected} but received ${received} at ${this.context.place(this.opcodeAt)}`, {
      hint: 'the file is damaged or was not written by torch.save: download or copy it again',
    });
  }
}

/** A value of the wrong kind, thrown where the place in the file is not known. */
export class PickleMismatch extends Error {
  readonly expected: string;
  readonly received: string;

  constructor(expected: string, received: string) {
    super(`Expected ${expected} but received ${received}`);
    this.expected = expected;
    this.received = received;
  }
}

const mostCopied = 10_000_000;

function lengthOf(value: PickleValue): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 1;
}
