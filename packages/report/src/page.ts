// A whole page from its parts.
import { Html, type HtmlPart, html } from './html.js';
import { style } from './style.js';

/** What `page` takes. */
export interface PageOptions {
  readonly title: string;
  /** A line below the title. */
  readonly lead?: string;
  readonly body: readonly HtmlPart[];
  /** The last line; say what made the page, and when. */
  readonly footer?: string;
}

/**
 * A self-contained HTML page: style, charts and pictures are inside, nothing is loaded from anywhere and no script runs.
 *
 * @example
 * await writeFile('report.html', page({ title: 'Run 5', body: [section('Speed', lineChart({ ... }))] }));
 */
export function page({ title, lead, body, footer }: PageOptions): string {
  // Images and clips are data; the policy keeps everything else out, should a name contain markup after all.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:";
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="TRT-FairMot">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${lead && html`<p class="lead">${lead}</p>`}
${body}
${footer && html`<footer>${footer}</footer>`}
</main>
</body>
</html>
`.text;
}

/** A headed part of a page. */
export function section(title: string, ...body: readonly HtmlPart[]): Html {
  return html`<section>
<h2>${title}</h2>
${body}
</section>
`;
}

/** Charts beside each other where there is room, below each other on a phone. */
export function grid(...charts: readonly HtmlPart[]): Html {
  return html`<div class="grid">${charts}</div>
`;
}

/** A paragraph; `note` is smaller and softer, `warning` stands out. */
export function paragraph(text: HtmlPart, kind: 'text' | 'note' | 'warning' = 'text'): Html {
  return kind === 'text' ? html`<p>${text}</p>\n` : html`<p class="${kind}">${text}</p>\n`;
}

/** A part that the reader opens. */
export function details(summary: string, ...body: readonly HtmlPart[]): Html {
  return html`<details><summary>${summary}</summary>${body}</details>\n`;
}
