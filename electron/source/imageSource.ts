import type { Digest, DiffId } from '../../shared/image/digest';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';

/**
 * A place that images come from. A source reads its input through the worker pool into an {@link Ingest}, verifies
 * every digest it is given, and hands back what to list in index.json. It never writes index.json itself.
 */
export interface ImageSource {
  /** What the input is, for people: `docker-archive`, `oci-archive`, `oci-layout`. */
  readonly format: 'docker-archive' | 'oci-archive' | 'oci-layout';
  /** Bytes that will be read, for progress; null when unknown. */
  readonly totalBytes: number | null;
  /** Stages every image. Throws a ProblemError on anything that is not as it should be. */
  stage(ingest: Ingest, tools: SourceTools, run: ActionRun): Promise<StagedImages>;
  /** Frees what opening took (file descriptors, spooled files). */
  close(): Promise<void>;
}

/** What a source found and staged. */
export interface StagedImages {
  readonly roots: readonly StagedRoot[];
  readonly layers: number;
}

/** A descriptor to list in index.json, with the names it came with. */
export interface StagedRoot {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  /** Familiar names, already parsed; empty: dangling. */
  readonly names: readonly string[];
  /** Images reached: config digest and diff IDs of each. */
  readonly images: readonly { readonly id: Digest; readonly diffIds: readonly DiffId[] }[];
}
