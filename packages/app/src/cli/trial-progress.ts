// How far a search is: one live line on a terminal, a line for each better result elsewhere; on stderr.
import { clock } from './progress.js';

type Output = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

/** What the line shows. */
export interface TrialState {
  readonly done: number;
  readonly total: number;
  /** `HOTA 65.41`, of the best so far. */
  readonly best: string;
}

/** Shows trials. `finish` removes the live line. */
export class TrialProgress {
  readonly #output: Output;
  readonly #started = performance.now();
  #best = '';

  constructor(output: Output = process.stderr) {
    this.#output = output;
  }

  update({ done, total, best }: TrialState): void {
    const seconds = (performance.now() - this.#started) / 1000;
    const left = clock((seconds / done) * (total - done));
    const text = `${done} / ${total} trials  ${(done / seconds).toFixed(1)} a second  eta ${left}  best ${best}`;
    if (this.#output.isTTY) this.#output.write(`\r\u001b[K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
    else if (best !== this.#best) this.#output.write(`${text}\n`);
    this.#best = best;
  }

  finish(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
