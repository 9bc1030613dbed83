import type { Limits } from '../../shared/image/limits';
import type { Digest, DiffId } from '../../shared/image/digest';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import type { OperationStep } from '../../shared/ipc/operation';
import type { Lacks } from './lacks';
import type { BlobFile, LookedBlobs } from '../store/blobFile';
import type { BlobReader, Ingest as StoreIngest } from '../store/contentStore';
import type { JobInput, JobName, JobOptions, JobOutput } from '../worker/jobs';

/** The store's ingest, as sources see it. */
export type Ingest = StoreIngest;

/** A manifest of the store and the blobs that it reaches, itself and its config included. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly blobs: readonly Digest[];
}

/** A stored layer that stands in for one that was left out, and where its bytes are. */
export interface StandIn {
  readonly digest: Digest;
  readonly size: number;
  readonly file: BlobFile;
}

/**
 * The stored layer that can take the place of another: the very blob that is listed, where it is there in that length, so that a manifest
 * need not change, else one with its diff ID; null for none.
 */
export async function storedLayer(
  tools: Pick<SourceTools, 'blobs' | 'layerWithDiffId'>,
  { digest, size, diffId }: SoughtLayer,
): Promise<Pick<StandIn, 'digest' | 'size'> | null> {
  if ((await tools.blobs.sizeOf(digest)) === size) return { digest, size };
  return diffId === null ? null : tools.layerWithDiffId(diffId);
}

/** A layer that an input lists and has not; `diffId` where another form of it would do. */
export interface SoughtLayer extends Pick<LeftOutLayer, 'digest' | 'size'> {
  readonly diffId: DiffId | null;
}

/** What an input is looked at by its headers alone throws where that does not do: all of it would have to be read. */
export class ReadsAll extends Error {
  override name = 'ReadsAll';

  constructor(label: string) {
    super(`all of ${label} would have to be read`);
  }
}

/** What a source is handed: it reaches for nothing itself. */
export interface SourceTools {
  /** The bounds that this input is held against. */
  readonly limits: Limits;
  readonly blobs: BlobReader;
  /** For an input that is looked at where it lies: its blobs are noted here, and not copied. */
  readonly looked?: LookedBlobs;
  /** For the same: what of it is not there is noted here, and the rest read. Without it all is there, or nothing. */
  readonly lacks?: Lacks;
  /** Names of a layout are listed as they stand there: it is looked at alone. Without it they are whole references. */
  readonly ownNames?: boolean;
  /** Nothing but headers and documents is to be read: where that does not do, {@link ReadsAll} is thrown. */
  readonly headersOnly?: boolean;
  /** Everything is held against its digests, and no blob is written: nothing of it is to be kept. */
  readonly verifyOnly?: boolean;
  readonly pool: {
    readonly size: number;
    run<N extends JobName>(name: N, input: JobInput<N>, options?: JobOptions): Promise<JobOutput<N>>;
  };
  /** Throws `no-room` where the disk of `path` has less than so many bytes free; `label` is what the person knows as what needs them. */
  checkRoom(path: string, bytes: number, label: string): void;
  /** A stored layer blob with this diff ID, if any: then a docker-archive's copy of it need not be written. */
  layerWithDiffId(diffId: DiffId): Promise<{ digest: Digest; size: number; mediaType: string } | null>;
  /**
   * A layer of the person's store, held for the ingest, that takes the place of one which an input was saved without: the very blob
   * that is listed, else one with its diff ID, where that is given; null where the store has none.
   */
  standIn(layer: SoughtLayer, ingest: Ingest): Promise<StandIn | null>;
  /**
   * A manifest that index.json lists and that has this config, with every blob it needs: then the image needs no
   * manifest of our own making, and loading it again changes nothing.
   */
  manifestOfImage(id: Digest): Promise<StoredManifest | null>;
}

/** How a source reports and is stopped. */
export interface ActionRun {
  readonly signal: AbortSignal;
  readonly report: (step: OperationStep) => void;
}
