/**
 * A shallow copy of a message with some fields replaced. The prototype, which holds the defaults of unset fields, stays,
 * so the copy encodes as the message did; tensors' bytes are shared.
 *
 * @example
 * const lowered = updated(model, { irVersion: 8n });
 */
export function updated<T extends object>(message: T, fields: Partial<T>): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields);
}
