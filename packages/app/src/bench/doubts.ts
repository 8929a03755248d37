// What makes figures doubtful: other programs on the machine, few runs, times that vary.
import { availableParallelism, cpus } from 'node:os';
import type { BenchResult } from './result.js';
import type { Statistics } from './statistics.js';
import { text } from './text.js';

/** Milliseconds of all cores, busy and in all, since the machine started. */
function machineTimes(): { busy: number; all: number } {
  const totals = cpus().map(({ times }) => ({
    idle: times.idle,
    all: Object.values(times).reduce((a, b) => a + b, 0),
  }));
  const all = totals.reduce((sum, core) => sum + core.all, 0);
  return { busy: all - totals.reduce((sum, core) => sum + core.idle, 0), all };
}

/** Watches how much of the processors other programs take. */
export class MachineWatch {
  readonly #machine = machineTimes();
  readonly #own = process.cpuUsage();

  /** Share of the cores' time since the start that other programs took, 0 to 1. */
  othersShare(): number {
    const { busy, all } = machineTimes();
    const own = process.cpuUsage(this.#own);
    const elapsed = all - this.#machine.all;
    return elapsed <= 0 ? 0 : Math.max(0, (busy - this.#machine.busy - (own.user + own.system) / 1000) / elapsed);
  }
}

/** One sentence for each reason. */
export function doubts(result: Omit<BenchResult, 'warnings'>, othersShare: number): string[] {
  const found: string[] = [];
  if (othersShare > 0.1) {
    const cores = availableParallelism();
    found.push(
      `other programs took ${Math.round(100 * othersShare)}% of the ${cores} cores meanwhile: times may be too long`,
    );
  }
  const { network, frame, throughput } = result;
  const main = network.times.compute as Statistics;
  const runs = Math.min(main.count, frame?.stages['whole frame']?.count ?? main.count);
  if (runs < 100) found.push(`${runs} runs are few, p99 of them is nearly the longest: give a longer --duration`);
  if (main.count >= 20 && main.p90 > 1.25 * main.median) {
    found.push(
      `the network's times vary (median ${text(main.median)}, p90 ${text(main.p90)} ms): the clock of the processor or GPU may change`,
    );
  }
  if (network.submission.startsWith('enqueued')) found.push(`the network was ${network.submission}`);
  if (throughput && throughput.streams.length > 1 && throughput.leastShare < 0.8) {
    found.push(`streams are starved: the slowest got ${Math.round(100 * throughput.leastShare)}% of an equal part`);
  }
  if (result.interrupted) found.push('the run was interrupted: the figures are of what was measured until then');
  return found;
}
