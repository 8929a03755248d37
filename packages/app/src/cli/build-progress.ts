// The minutes of an engine build or a calibration: one live line on a terminal, one line a phase elsewhere; on stderr.
import type { BuildProgress } from '@trt-fairmot/trt-runtime';
import { clock } from './progress.js';

type Output = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

/** Shows the phases of a long work. */
export class BuildProgressLine {
  readonly #output: Output;
  readonly #title: string;
  readonly #started = performance.now();
  #phase = '';

  constructor(output: Output = process.stderr, title = 'building the engine') {
    this.#output = output;
    this.#title = title;
  }

  readonly update = ({ phase, step, steps }: BuildProgress): void => {
    const elapsed = clock((performance.now() - this.#started) / 1000);
    const share = steps ? `  ${step} / ${steps}` : '';
    if (this.#output.isTTY) {
      const line = `${this.#title}  ${elapsed}  ${phase}${share}`;
      this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
    } else if (phase !== this.#phase) {
      this.#output.write(`${this.#title}  ${elapsed}  ${phase}\n`);
    }
    this.#phase = phase;
  };

  finish(): void {
    if (this.#phase && this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
