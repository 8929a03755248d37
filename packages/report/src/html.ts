// Text that is HTML already, and the template tag that makes it: everything put into it is escaped.

/** A piece of HTML or SVG, safe to put into a page. */
export class Html {
  /** @param text markup, not escaped again */
  constructor(readonly text: string) {}
}

/** What a template takes: texts and numbers are escaped, pieces of HTML and lists of them are not, null and false are nothing. */
export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand between tags and in quoted attributes. Control characters, which HTML does not allow, are left out. */
export function escaped(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '').replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

function textOf(part: HtmlPart): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join('');
  return escaped(String(part));
}

/**
 * A piece of HTML from a template.
 *
 * @example
 * html`<p class="note">${'5 < 6'}</p>`.text; // <p class="note">5 &lt; 6</p>
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((string, index) => string + textOf(parts[index])).join(''));
}
