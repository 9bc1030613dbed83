import type { Run } from '../actions/ground/context';

/** Readings that run, by what they read, so that a request can stop them: whoever waits is told `cancelled`. */
export class Stoppable<K> {
  private readonly running = new Map<K, Set<AbortController>>();

  /** Works with a signal that {@link Stoppable.stop} gives. */
  async run<T>(key: K, work: (signal: Run['signal']) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const others = this.running.get(key) ?? new Set();
    this.running.set(key, others.add(stop));
    try {
      return await work(stop.signal);
    } finally {
      others.delete(stop);
      if (others.size === 0) this.running.delete(key);
    }
  }

  /** Stops all of them that read this. */
  stop(key: K): void {
    for (const each of this.running.get(key) ?? []) each.abort();
  }
}
