// One live line on a terminal, a plain line every few seconds elsewhere; always on stderr.
import type { WriteStream } from 'node:tty';

/** What the line shows. */
export interface ProgressState {
  readonly done: number;
  readonly total: number | null;
  readonly objects: number;
}

type Output = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean; readonly columns?: number };

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawMs = 100;
const plainMs = 5000;

/** `0:07`, `12:34`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The text of the line, without its spinner. */
export function progressText(state: ProgressState, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (state.done * 1000) / elapsedMs : 0;
  const parts = [state.total === null ? `${state.done} frames` : `${state.done} / ${state.total} frames`];
  if (state.total) parts.push(`${Math.floor((100 * state.done) / state.total)}%`);
  parts.push(`${rate.toFixed(1)} fps`);
  if (state.total && rate > 0) parts.push(`eta ${clock((state.total - state.done) / rate)}`);
  parts.push(`${state.objects} objects`);
  return parts.join('  ');
}

/** Shows how far the work is. `finish` removes the live line. */
export class Progress {
  readonly #output: Output;
  readonly #started: number;
  readonly #now: () => number;
  #drawn: number;
  #ticks = 0;

  constructor(output: Output = process.stderr, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#started = now();
    this.#drawn = this.#started - (output.isTTY ? redrawMs : 0);
  }

  update(state: ProgressState): void {
    const now = this.#now();
    if (now - this.#drawn < (this.#output.isTTY ? redrawMs : plainMs)) return;
    this.#drawn = now;
    const text = progressText(state, now - this.#started);
    if (!this.#output.isTTY) {
      this.#output.write(`${text}\n`);
      return;
    }
    const line = `${spinner[this.#ticks++ % spinner.length]} ${text}`;
    this.#output.write(`\r\u001b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
  }

  finish(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
