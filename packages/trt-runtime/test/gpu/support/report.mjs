// Runs checks, prints a line for each, and writes all of them as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class Report {
  #results = [];
  #only;
  #part = '';

  /** @param only parts of names; a check runs if one of them is in its name or the name of its part. Empty: all run */
  constructor(only = []) {
    this.#only = only;
  }

  /** Names the checks that follow. */
  part(name) {
    this.#part = name;
  }

  /** Whether --only says this word. */
  asksFor(word) {
    return this.#only.includes(word);
  }

  /** Whether a check of this name runs. */
  wants(name) {
    const full = `${this.#part}: ${name}`.toLowerCase();
    return this.#only.length === 0 || this.#only.some((text) => full.includes(text.toLowerCase()));
  }

  /** Runs one check: `body` returns an object of figures, or throws. */
  async check(name, body) {
    if (!this.wants(name)) return;
    const started = performance.now();
    try {
      const figures = (await body()) ?? {};
      this.#add({ name, status: 'PASS', figures, ms: performance.now() - started });
    } catch (error) {
      this.#add({ name, status: 'FAIL', error: String(error?.stack ?? error), ms: performance.now() - started });
    }
  }

  skip(name, reason) {
    this.#add({ name, status: 'SKIP', reason, ms: 0 });
  }

  #add(found) {
    const result = { part: this.#part, ...found };
    this.#results.push(result);
    const figures = Object.entries(result.figures ?? {}).map(([key, value]) => `${key}=${textOf(value)}`);
    console.log(
      [
        result.status,
        `${(result.ms / 1000).toFixed(1)} s`,
        result.name,
        ...figures,
        result.error ?? result.reason ?? '',
      ]
        .join('  ')
        .trimEnd(),
    );
  }

  get failed() {
    return this.#results.filter(({ status }) => status === 'FAIL').length;
  }

  /** @returns the exit code */
  finish(folder, about) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'runtime-checks.json'), JSON.stringify({ about, results: this.#results }, null, 2));
    const count = (status) => this.#results.filter((result) => result.status === status).length;
    const seconds = this.#results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
    console.log(`${count('PASS')} passed, ${this.failed} failed, ${count('SKIP')} skipped, ${seconds.toFixed(0)} s`);
    return this.failed === 0 ? 0 : 1;
  }
}

function textOf(value) {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(4);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

/** The error of a promise that must be rejected. */
export async function errorOf(promise, what) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: expected an error but received none`);
}
