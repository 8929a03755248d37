/** One line of `fairmot doctor`. */
export interface Check {
  readonly name: string;
  /** gpu: TensorRT needs it; the CPU does without. */
  readonly part?: 'gpu';
  /** ok: usable; missing: something optional lacks; failed: the main job cannot run. */
  readonly state: 'ok' | 'missing' | 'failed';
  readonly found: string;
  /** What to do, where there is something to do. */
  readonly advice?: string;
}
