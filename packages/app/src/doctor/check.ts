/** One line of `fairmot doctor`. */
export interface Check {
  readonly name: string;
  /** ok: usable; missing: something optional lacks; failed: the main job cannot run. */
  readonly state: 'ok' | 'missing' | 'failed';
  readonly found: string;
  /** What to do, where there is something to do. */
  readonly advice?: string;
}
