/** Detections that have no track yet: the first `count` of `rows`, ascending. */
export class OpenDetections {
  rows = new Int32Array(0);
  count = 0;

  /** Forgets all and makes room for so many. */
  begin(room: number): void {
    if (this.rows.length < room) this.rows = new Int32Array(2 * room);
    this.count = 0;
  }

  add(detection: number): void {
    this.rows[this.count++] = detection;
  }

  /** Keeps those whose place has no partner (-1) in `partners`. */
  keepAlone(partners: ArrayLike<number>): void {
    let alone = 0;
    for (let place = 0; place < this.count; place++) if (partners[place] === -1) this.rows[alone++] = this.rows[place]!;
    this.count = alone;
  }
}
