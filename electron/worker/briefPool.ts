import { problem } from '../../shared/image/problem';
import { runJob } from './jobTable';
import type { JobInput, JobName, JobOptions, JobOutput, WorkerPool } from './jobs';

/** How long a job may hold the calling thread, milliseconds. */
const usualShare = 100;

/**
 * Jobs that mostly end before a thread has started. Whichever of them can be long calls `tick` as it goes, and leaves
 * nothing behind when that throws.
 */
const brief: ReadonlySet<JobName> = new Set<JobName>([
  'mount-overlay',
  'unmount',
  'freeze-overlay',
  'are-mounted',
  'mounted-anywhere',
  'list-mounts',
  'stamp-tree',
  'remove-tree',
  'list-directory',
  'place-file',
  'resolve-inside',
  'place-mounts',
  'make-points',
  'remove-empty',
  'read-head',
  'read-changes',
  'write-layer',
  'make-directory-like',
]);

/** Thrown out of a job that has had its share of the calling thread. */
class Overrun extends Error {
  override name = 'Overrun';
}

/**
 * A pool for processes that live for one command and have no window to keep alive: brief jobs are done on the calling
 * thread, for most commands the whole of their work, and no thread is started. One that turns out to be long is given up
 * after `share` milliseconds and begun again by `threads`, where it can be cancelled at any time.
 */
export function createBriefPool(threads: WorkerPool, share = usualShare): WorkerPool {
  return {
    size: threads.size,
    close: () => threads.close(),
    async run<N extends JobName>(
      name: N,
      input: JobInput<N>,
      options: JobOptions = {},
    ): Promise<JobOutput<N>> {
      if (!brief.has(name)) return threads.run(name, input, options);
      if (options.signal?.aborted) throw problem('cancelled', {});
      // Begins with the job, not with loading it.
      let end: number | null = null;
      let bytes = 0;
      const tick = (more: number): void => {
        bytes += more;
        const now = performance.now();
        end ??= now + share;
        if (now > end) throw new Overrun();
      };
      try {
        const output = await runJob(name, input, { tick });
        if (bytes > 0) options.onBytes?.(bytes);
        return output;
      } catch (thrown) {
        if (thrown instanceof Overrun) return threads.run(name, input, options);
        throw thrown;
      }
    },
  };
}
