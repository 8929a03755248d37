// The data that pass between packages: images in, detections out.

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** An 8-bit picture: `data` is [height, width, 3] RGB, tightly packed. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

/**
 * Objects found in one image, best first. Coordinates are pixels, of the network's input as decoded and of the image after
 * `detectionsInImage`; boxes may reach beyond the image.
 */
export interface Detections {
  readonly count: number;
  /** [count, 4] x1, y1, x2, y2. */
  readonly boxes: Float32Array;
  /** [count] 0 to 1, descending. */
  readonly scores: Float32Array;
  /** [count] class numbers from 0. */
  readonly classes: Int32Array;
  /** [count, embeddingSize], each row of length 1. */
  readonly embeddings: Float32Array;
  readonly embeddingSize: number;
}
