/** Paints JPEGs into a canvas; one that comes while another is decoded waits, the newest only. */
export class CanvasPicture {
  readonly #canvas: HTMLCanvasElement;
  #busy = false;
  #next: Blob | null = null;
  /** Whether there has been a picture. */
  painted = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  async paint(jpeg: Blob): Promise<void> {
    this.#next = jpeg;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const blob: Blob = this.#next;
      this.#next = null;
      const bitmap = await createImageBitmap(blob).catch(() => null);
      if (bitmap) this.#draw(bitmap);
    }
    this.#busy = false;
  }

  #draw(bitmap: ImageBitmap): void {
    const canvas = this.#canvas;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.painted = true;
  }
}
