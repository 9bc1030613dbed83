import { join } from 'node:path';
import { hexOf, type Digest } from '../../shared/image/digest';
import { temporaryPath } from './temporary';

/** Where everything of a store is (OCI image-spec, image-layout.md; beside it our own caches). */
export class StorePaths {
  readonly index: string;
  readonly marker: string;
  readonly blobs: string;
  readonly ingest: string;
  readonly lock: string;
  /** Blobs whose bytes are not what their names say, kept for who wants to look. */
  readonly quarantine: string;
  /** Room kept for removals on a full disk. */
  readonly reserve: string;

  /** Where caches are: in the store, or apart from it while nothing may be written there. */
  private caches: string;

  constructor(readonly directory: string) {
    this.caches = join(directory, 'cache');
    this.index = join(directory, 'index.json');
    this.marker = join(directory, 'oci-layout');
    this.blobs = join(directory, 'blobs', 'sha256');
    this.ingest = join(directory, 'ingest');
    this.lock = join(directory, 'lock');
    this.quarantine = join(directory, 'quarantine');
    this.reserve = join(directory, 'reserve');
  }

  /** The caches' folder, when it is apart from the store: for this process alone, made by who first needs it. */
  get cachesApart(): string | null {
    return this.caches === join(this.directory, 'cache') ? null : this.caches;
  }

  /** Has caches kept apart, for a store that is only read; or in the store again. */
  keepCaches(where: 'apart' | 'inside'): void {
    this.caches = where === 'inside' ? join(this.directory, 'cache') : temporaryPath('cache');
  }

  get layerIndexes(): string {
    return join(this.caches, 'index', 'sha256');
  }

  get contentHashes(): string {
    return join(this.caches, 'contents', 'sha256');
  }

  get secretFindings(): string {
    return join(this.caches, 'secrets', 'sha256');
  }

  get trees(): string {
    return join(this.caches, 'trees', 'sha256');
  }

  blob(digest: Digest): string {
    return join(this.blobs, hexOf(digest));
  }

  layerIndex(digest: Digest): string {
    return join(this.layerIndexes, `${hexOf(digest)}.jsonl`);
  }

  contentHash(digest: Digest): string {
    return join(this.contentHashes, hexOf(digest));
  }

  secrets(digest: Digest): string {
    return join(this.secretFindings, hexOf(digest));
  }

  /** Of the layers that `key` (hexadecimal) says, of which `top` is the topmost one's blob: with that it goes. */
  tree(top: Digest, key: string): string {
    return join(this.trees, `${hexOf(top)}-${key.slice(0, 32)}`);
  }
}
