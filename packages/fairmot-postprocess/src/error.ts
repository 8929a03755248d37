/** What a failure means for whoever called: bad input (exit 1), wrong usage (exit 2), or a machine that lacks something (exit 3). */
export type FairmotErrorKind = 'input' | 'usage' | 'environment';

/**
 * A failure the caller can act on. The message is one sentence, "Expected ... but received ..."; the hint names the next step.
 *
 * @example
 * throw new FairmotError('Expected a height divisible by 32 but received 600', { hint: 'use --height 608' });
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
