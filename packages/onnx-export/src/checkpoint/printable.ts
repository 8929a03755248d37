/** Text of a file as a sentence can hold it: one line of printable ASCII, cut to a readable length. */
export function printable(text: string): string {
  const plain = text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
  return text.length > 100 ? `${plain}...` : plain;
}

/** The same in quotation marks. */
export function quoted(text: string): string {
  return JSON.stringify(printable(text));
}
