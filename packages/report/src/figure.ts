// The frame around every chart: title, legend, note, and the drawing once for a phone and once for a wide screen.
import { type Html, type HtmlPart, html } from './html.js';
import { colorOf } from './style.js';

/** What all charts take. */
export interface ChartOptions {
  readonly title: string;
  /** A sentence below the chart. */
  readonly note?: string;
  /** Takes the whole width of a grid. */
  readonly full?: boolean;
}

/** Widths, in pixels, that charts are drawn for; text keeps its size, whatever the screen. */
const widths = { narrow: 340, half: 480, full: 1000 } as const;

/** Draws for a width in pixels; returns the drawing and its height. */
export type Draw = (width: number) => { readonly height: number; readonly body: HtmlPart };

function drawing(draw: Draw, width: number, kind: 'narrow' | 'wide', title: string): Html {
  const { height, body } = draw(width);
  return html`<svg class="at-${kind}" viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-label="${title}">${body}</svg>`;
}

/** A chart in both of its sizes. */
export function figure({ title, note, full = false }: ChartOptions, legendNames: readonly string[], draw: Draw): Html {
  const legend =
    legendNames.length > 1 &&
    html`<div class="legend">${legendNames.map(
      (name, index) => html`<span><i style="background:${colorOf(index)}"></i>${name}</span>`,
    )}</div>`;
  return html`<figure class="${full ? 'chart full' : 'chart'}"><h3>${title}</h3>${legend}
${drawing(draw, widths.narrow, 'narrow', title)}
${drawing(draw, full ? widths.full : widths.half, 'wide', title)}
${note && html`<figcaption>${note}</figcaption>`}</figure>
`;
}

/** A coordinate with one decimal. */
export const at = (value: number) => Math.round(value * 10) / 10;

/** About how wide a text of the charts' size is, in pixels. */
export const textWidth = (text: string) => 6.6 * text.length;

/** A text cut to a width, with an ellipsis. */
export function fitted(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / 6.6));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
