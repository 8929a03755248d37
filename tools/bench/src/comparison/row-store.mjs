// Rows measured so far, on the disk before the next one begins: a run that was cut off goes on where it was.
import { readFileSync, writeFileSync } from 'node:fs';

/** What tells one start of a machine from another; figures of two are not side by side. Empty where the system has none. */
export function bootId(file = '/proc/sys/kernel/random/boot_id') {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

const keyOf = ({ group, name, batch }, round) => [group, name, batch, round].join(' | ');

export class RowStore {
  #file;
  #boot;
  #rows = new Map();

  /** Reads what the file holds of the same boot; with `again` nothing. */
  constructor(file, { boot = bootId(), again = false } = {}) {
    this.#file = file;
    this.#boot = boot;
    if (again) return;
    try {
      const kept = JSON.parse(readFileSync(file, 'utf8'));
      if (kept.boot === boot) this.#rows = new Map(Object.entries(kept.rows));
    } catch {
      // none yet, or not whole: measured anew
    }
  }

  /** The row as it was measured, or null; one that failed is tried again. */
  measured(row, round = 1) {
    const kept = this.#rows.get(keyOf(row, round));
    return kept?.times ? kept : null;
  }

  put(row, round = 1) {
    this.#rows.set(keyOf(row, round), row);
    writeFileSync(
      this.#file,
      `${JSON.stringify({ boot: this.#boot, rows: Object.fromEntries(this.#rows) }, null, 1)}\n`,
    );
  }
}
