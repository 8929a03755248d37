import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../src/index.js';

/** The text that a browser reads back. */
const unescaped = (text: string) =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

describe('html', () => {
  it('escapes texts so that they read back the same, and leaves no markup of theirs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...`<>&"'ab; #1/é人`) }), (text) => {
        const { text: markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']/);
        expect(unescaped(markup)).toBe(text);
      }),
    );
  });

  it('keeps pieces of HTML, joins lists, and drops what is absent', () => {
    const rows = [html`<i>${1}</i>`, null, 'a & b', undefined, false as const];
    expect(html`<p title="${'"'}">${rows}</p>`.text).toBe('<p title="&quot;"><i>1</i>a &amp; b</p>');
  });

  it('takes out control characters, which HTML does not allow, but not line ends', () => {
    expect(html`${'a\u0000b\u001b[1m\nc'}`.text).toBe('ab[1m\nc');
  });
});
