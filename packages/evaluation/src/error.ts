/** What a failure means for whoever called: bad input (exit 1) or wrong usage (exit 2). */
export type FairmotErrorKind = 'input' | 'usage';

/**
 * A failure the caller can act on. The message is one sentence, "Expected ... but received ..."; the hint names the next step.
 *
 * @example
 * throw new FairmotError("Expected a number for the width in gt.txt:12 but received 'abc'");
 */
export class FairmotError extends Error {
  override readonly name = 'FairmotError';
  readonly kind: FairmotErrorKind;
  readonly hint: string | undefined;

  constructor(message: string, options: { kind?: FairmotErrorKind; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = options.kind ?? 'input';
    this.hint = options.hint;
  }
}
