// ONNX files of a few convolutions, written byte by byte: a model for tests that needs no other package.
const text = new TextEncoder();

function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

export const int = (field, value) => Uint8Array.from([...varint(field << 3), ...varint(value)]);

export function bytes(field, value) {
  const content = typeof value === 'string' ? text.encode(value) : value;
  return joined([Uint8Array.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

export function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const message = (field, parts) => bytes(field, joined(parts));

/** An initialiser; `type` 1 is float32, 7 int64. */
export function tensor(name, dims, data, type = 1) {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message(5, [...dims.map((size) => int(1, size)), int(2, type), bytes(8, name), bytes(9, raw)]);
}

/** An input (field 11) or output (field 12). */
export function value(field, name, shape, type = 1) {
  const dims = shape.map((size) => message(1, [typeof size === 'string' ? bytes(2, size) : int(1, size)]));
  return message(field, [bytes(1, name), message(2, [message(1, [int(1, type), message(2, dims)])])]);
}

/** @param attributes whole numbers, or lists of them */
export function node(type, inputs, outputs, attributes = {}) {
  const list = Object.entries(attributes).map(([name, values]) =>
    Array.isArray(values)
      ? message(5, [bytes(1, name), ...values.map((entry) => int(8, entry)), int(20, 7)])
      : message(5, [bytes(1, name), int(3, values), int(20, 2)]),
  );
  return message(1, [
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(3, `${outputs[0]}-node`),
    bytes(4, type),
    ...list,
  ]);
}

/**
 * A model with one convolution of 4x4, stride 4, from `input` [batch, 3, height, width] to each head.
 * @param heads { name: { channels, weights [channels, 3, 4, 4], bias [channels] } }
 * @param operator what the nodes are called; anything but Conv is refused by parsers
 */
export function onnxFromHeads({ width, height, heads, batch = 1, operator = 'Conv' }) {
  const parts = [bytes(2, 'heads'), value(11, 'input', [batch, 3, height, width])];
  for (const [name, { channels, weights, bias }] of Object.entries(heads)) {
    const attributes = { kernel_shape: [4, 4], strides: [4, 4], pads: [0, 0, 0, 0] };
    parts.push(
      node(operator, ['input', `${name}.weight`, `${name}.bias`], [name], operator === 'Conv' ? attributes : {}),
    );
    parts.push(tensor(`${name}.weight`, [channels, 3, 4, 4], weights), tensor(`${name}.bias`, [channels], bias));
    parts.push(value(12, name, [batch, channels, height / 4, width / 4]));
  }
  return modelOf(parts);
}

/** A file of a graph's parts. */
export const modelOf = (parts) => joined([int(1, 8), message(8, [bytes(1, ''), int(2, 17)]), message(7, parts)]);
