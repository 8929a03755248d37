/** A window of a [3, H, W] float tensor: row y of channel c begins at offset + c * planeStride + y * rowStride. */
export interface PlaneTarget {
  readonly data: Float32Array;
  readonly offset: number;
  readonly planeStride: number;
  readonly rowStride: number;
}
