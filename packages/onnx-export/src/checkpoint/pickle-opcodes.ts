import type { PickleMachine } from './pickle-machine.js';
import { type PickleValue, pickleTypeName } from './pickle-value.js';

type Opcode = (machine: PickleMachine) => void;

/** What each opcode does, by its code; names as in CPython's pickletools. */
export const opcodes: ReadonlyMap<number, Opcode> = new Map(
  Object.entries({
    ...scalars(),
    ...containers(),
    ...memo(),
    ...objects(),
  }).map(([letter, run]) => [letter.charCodeAt(0), run]),
);

function scalars(): Record<string, Opcode> {
  const push = (value: (machine: PickleMachine) => PickleValue): Opcode => {
    return (machine) => machine.push(value(machine));
  };
  return {
    N: push(() => null),
    '\x88': push(() => true),
    '\x89': push(() => false),
    J: push(({ bytes }) => bytes.int32()), // BININT
    K: push(({ bytes }) => bytes.uint8()), // BININT1
    M: push(({ bytes }) => bytes.uint16()), // BININT2
    '\x8a': push((machine) => long(machine, machine.bytes.uint8())), // LONG1
    '\x8b': push((machine) => long(machine, machine.bytes.uint32())), // LONG4
    G: push(({ bytes }) => bytes.float64()), // BINFLOAT
    X: push(({ bytes }) => bytes.utf8(bytes.uint32())), // BINUNICODE
    '\x8c': push(({ bytes }) => bytes.utf8(bytes.uint8())), // SHORT_BINUNICODE
    '\x8d': push(({ bytes }) => bytes.utf8(bytes.uint64())), // BINUNICODE8
    U: push(({ bytes }) => bytes.latin1(bytes.uint8())), // SHORT_BINSTRING, Python 2's str
    T: push(({ bytes }) => bytes.latin1(bytes.uint32())), // BINSTRING
    C: push(({ bytes }) => bytes.take(bytes.uint8()).slice()), // SHORT_BINBYTES
    B: push(({ bytes }) => bytes.take(bytes.uint32()).slice()), // BINBYTES
    '\x8e': push(({ bytes }) => bytes.take(bytes.uint64()).slice()), // BINBYTES8
    '\x96': push(({ bytes }) => bytes.take(bytes.uint64()).slice()), // BYTEARRAY8
  };
}

function long(machine: PickleMachine, length: number): number | bigint {
  if (length > 255) throw machine.error('an integer of at most 255 bytes', String(length));
  return machine.bytes.long(length);
}

function containers(): Record<string, Opcode> {
  return {
    '(': (machine) => machine.mark(),
    '0': (machine) => machine.drop(),
    '1': (machine) => void machine.popMark(),
    '2': (machine) => machine.push(machine.top()),
    ']': (machine) => machine.push([]),
    ')': (machine) => machine.push([]),
    '}': (machine) => machine.push(new Map()),
    '\x8f': (machine) => machine.push(new Set()),
    l: (machine) => machine.push(machine.popMark()), // LIST
    t: (machine) => machine.push(machine.popMark()), // TUPLE
    '\x85': (machine) => machine.push([machine.pop()]), // TUPLE1
    '\x86': (machine) => machine.push(popLast(machine, 2)), // TUPLE2
    '\x87': (machine) => machine.push(popLast(machine, 3)), // TUPLE3
    d: (machine) => machine.push(withItems(machine, new Map(), machine.popMark())), // DICT
    '\x91': (machine) => machine.push(new Set(machine.popMark())), // FROZENSET
    a: (machine) => append(machine, [machine.pop()]), // APPEND
    e: (machine) => append(machine, machine.popMark()), // APPENDS
    s: (machine) => setItems(machine, popLast(machine, 2)), // SETITEM
    u: (machine) => setItems(machine, machine.popMark()), // SETITEMS
    '\x90': addItems, // ADDITEMS
  };
}

function memo(): Record<string, Opcode> {
  return {
    q: (machine) => void machine.memo.set(machine.bytes.uint8(), machine.top()), // BINPUT
    r: (machine) => void machine.memo.set(machine.bytes.uint32(), machine.top()), // LONG_BINPUT
    '\x94': (machine) => void machine.memo.set(machine.memo.size, machine.top()), // MEMOIZE
    h: (machine) => machine.recall(machine.bytes.uint8()), // BINGET
    j: (machine) => machine.recall(machine.bytes.uint32()), // LONG_BINGET
  };
}

function objects(): Record<string, Opcode> {
  return {
    '\x80': proto,
    '\x95': (machine) => void machine.bytes.uint64(), // FRAME
    c: (machine) => machine.pushGlobal(machine.bytes.line(), machine.bytes.line()), // GLOBAL
    '\x93': stackGlobal,
    Q: (machine) => {
      const id = machine.pop(); // BINPERSID
      machine.push(machine.guard(() => machine.context.persistent(id)));
    },
    R: reduce,
    '\x81': reduce, // NEWOBJ: the same for constructors that keep no state
    b: build,
  };
}

function proto(machine: PickleMachine): void {
  const protocol = machine.bytes.uint8();
  if (protocol < 2 || protocol > 5) throw machine.error('pickle protocol 2 to 5', String(protocol));
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.popText();
  machine.pushGlobal(machine.popText(), name);
}

function reduce(machine: PickleMachine): void {
  const args = machine.popTuple();
  machine.call(machine.pop(), args);
}

/** BUILD: an OrderedDict's attributes (torch's `_metadata`) are dropped; of a numpy.dtype the byte order is kept. */
function build(machine: PickleMachine): void {
  const state = machine.pop();
  const target = machine.top();
  if (target instanceof Map) return;
  const known = target !== null && typeof target === 'object' && 'kind' in target ? target : undefined;
  if (known?.kind === 'tensor') return;
  if (known?.kind !== 'numpy-dtype') throw machine.error('an OrderedDict to set the state of', pickleTypeName(target));
  if (!Array.isArray(state)) throw machine.error('the state of a numpy.dtype', pickleTypeName(state));
  known.bigEndian = state[1] === '>';
}

function popLast(machine: PickleMachine, count: number): PickleValue[] {
  const values: PickleValue[] = [];
  for (let i = 0; i < count; i++) values.unshift(machine.pop());
  return values;
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw machine.error('a list to append to', pickleTypeName(list));
  for (const value of values) list.push(value);
}

function addItems(machine: PickleMachine): void {
  const values = machine.popMark();
  const set = machine.top();
  if (!(set instanceof Set)) throw machine.error('a set to add to', pickleTypeName(set));
  for (const value of values) set.add(value);
}

function setItems(machine: PickleMachine, pairs: readonly PickleValue[]): void {
  const map = machine.top();
  if (!(map instanceof Map)) throw machine.error('a dict to set items of', pickleTypeName(map));
  withItems(machine, map, pairs);
}

function withItems(machine: PickleMachine, map: Map<PickleValue, PickleValue>, pairs: readonly PickleValue[]) {
  if (pairs.length % 2 !== 0) throw machine.error('keys and values in pairs', `${pairs.length} values`);
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue);
  return map;
}
