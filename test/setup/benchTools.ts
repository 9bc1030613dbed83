import { formatBytes } from '../../shared/text/format';
import type { Cost } from './benchMeasure';

/** What every bench needs: a clock, the median of a few rounds, and a table with the ratio to us. */

/** The tool that the others are held against. */
export const ours = 'stratigraph';

/** Times of each tool in seconds, by its name; ours first. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** How long `work` takes, in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/** The middle of some figures; NaN of none. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Prints medians, and for every peer which part of its time we take. */
export function printTimes(title: string, times: Times): void {
  console.log(`\n${title}`);
  const own = median(times.get(ours) ?? []);
  for (const [name, each] of times) {
    if (each.length === 0) continue;
    const middle = median(each);
    const ratio = name === ours ? '' : `   we take ${(own / middle).toFixed(2)} of its time`;
    console.log(`  ${name.padEnd(28)} ${middle.toFixed(2).padStart(7)} s${ratio}`);
  }
}

/** What each tool's runs cost, by its name; ours first. */
export type Costs = ReadonlyMap<string, readonly Cost[]>;

/** Prints medians of time, processor time and memory, and for every peer which part of its time we take. */
export function printCosts(title: string, costs: Costs): void {
  console.log(`\n${title}`);
  const middle = (name: string, what: keyof Cost): number =>
    median((costs.get(name) ?? []).map((cost) => cost[what]));
  const own = middle(ours, 'seconds');
  for (const [name, each] of costs) {
    if (each.length === 0) continue;
    const time = middle(name, 'seconds');
    const ratio = name === ours ? '' : `   we take ${(own / time).toFixed(2)} of its time`;
    const row = [
      name.padEnd(28),
      `${time.toFixed(2).padStart(7)} s`,
      `processor ${middle(name, 'cpu').toFixed(2).padStart(6)} s`,
      `memory ${formatBytes(middle(name, 'peak')).padStart(8)}`,
    ];
    console.log(`  ${row.join('  ')}${ratio}`);
  }
}
