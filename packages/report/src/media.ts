// Pictures and clips inside the page.
import { type Html, html } from './html.js';

export interface EmbeddedFile {
  readonly bytes: Uint8Array;
  /** Such as `image/jpeg` or `video/mp4`. */
  readonly type: string;
  readonly caption?: string;
  /** What is to be seen, for those who cannot. */
  readonly alt: string;
}

function dataUrl({ bytes, type }: EmbeddedFile): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}

/** A picture. @throws RangeError if the type is no image type */
export function image(file: EmbeddedFile): Html {
  requireType(file, 'image/');
  return html`<figure><img src="${dataUrl(file)}" alt="${file.alt}">${
    file.caption && html`<figcaption>${file.caption}</figcaption>`
  }</figure>
`;
}

/** A film that the reader starts; silent. @throws RangeError if the type is no video type */
export function clip(file: EmbeddedFile): Html {
  requireType(file, 'video/');
  return html`<figure><video src="${dataUrl(file)}" controls muted loop playsinline preload="metadata" aria-label="${file.alt}"></video>${
    file.caption && html`<figcaption>${file.caption}</figcaption>`
  }</figure>
`;
}

/** Pictures beside each other, as many as fit. */
export function gallery(...pictures: readonly Html[]): Html {
  return html`<div class="gallery">${pictures}</div>
`;
}

function requireType({ type }: EmbeddedFile, start: string): void {
  if (/^[a-z]+\/[a-z0-9.+-]+$/.test(type) && type.startsWith(start)) return;
  throw new RangeError(`Expected a type that starts with ${start} but received '${type}'`);
}
