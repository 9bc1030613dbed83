import { addBytes } from '../../shared/image/bytes';
import { ProblemError } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';

/**
 * Holds all that will be copied of an input against the free space before the first byte of it is: each member is held against it
 * again when its turn comes, but what it needs is not what the person has to make room for. Throws `no-room`.
 */
export function checkStaging(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  names: readonly string[],
): void {
  if (tools.verifyOnly) return;
  const bytes = names.reduce((sum, name) => addBytes(sum, files.copiedBytes(name)), 0);
  tools.checkRoom(ingest.directory, bytes, files.label);
}

/** Runs `work` on every item, at most `limit` at once; the first failure stops the rest and is thrown. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  let next = 0;
  const failures: { thrown: unknown; index: number }[] = [];
  const lane = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        await work(items[index] as T, index, both);
      } catch (thrown) {
        failures.push({ thrown, index });
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  // What fails because another one failed is not the news.
  const news = failures.filter(({ thrown }) => !isCancelled(thrown)).sort((a, b) => a.index - b.index);
  const first = news[0] ?? failures[0];
  if (first) throw first.thrown;
}

function isCancelled(thrown: unknown): boolean {
  return thrown instanceof ProblemError && thrown.problem.code === 'cancelled';
}

/** Adds "layer i of n" to a problem that can say it. */
export function atLayer(thrown: unknown, layer: number, layers: number): unknown {
  if (!(thrown instanceof ProblemError)) return thrown;
  const { code, facts } = thrown.problem;
  switch (code) {
    case 'archive-truncated':
    case 'digest-mismatch':
    case 'layer-invalid':
      return new ProblemError(code, { ...facts, layer, layers }, { cause: thrown });
    case 'archive-damaged': {
      return new ProblemError('layer-invalid', { ...facts, layer, layers }, { cause: thrown });
    }
    default:
      return thrown;
  }
}

/** Tells which image's documents are read: of thousands that takes longer than their layers. */
export function tellImage(run: ActionRun, image: number, images: number): void {
  run.report({ phase: 'images', done: 0, total: null, image, images });
}

/** Counts the bytes of several readers into one progress. */
export class StageProgress {
  private done = 0;
  private layer = 0;
  constructor(
    private readonly run: ActionRun,
    private readonly total: number | null,
    private readonly layers: number,
  ) {}

  readonly onBytes = (bytes: number): void => {
    this.done += bytes;
    this.tell();
  };

  nextLayer(): void {
    this.layer = Math.min(this.layer + 1, this.layers);
    this.tell();
  }

  private tell(): void {
    this.run.report({
      phase: 'reading',
      done: this.total === null ? this.done : Math.min(this.done, this.total),
      total: this.total,
      ...(this.layer > 0 ? { layer: this.layer, layers: this.layers } : {}),
    });
  }
}
