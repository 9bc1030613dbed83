import { existsSync, writeFileSync } from 'node:fs';
import type { Digest } from '../../shared/image/digest';
import { mostKept } from './documents';
import { storeProblem } from './durable';
import type { StorePaths } from './storePaths';

/**
 * The documents of a store that goes with what it was made for (a look, a copy through one): nothing of it outlives the process, so
 * nothing of it is synced, and what memory holds of it in any case is not written. Several stores on one folder share it.
 */
export class ScratchDocuments {
  private readonly documents = new Map<Digest, Uint8Array>();
  private held = 0;

  /** Takes a document, whose digest is that of its bytes; false where it is too large, or all are: then it is written as any other. */
  take(digest: Digest, bytes: Uint8Array): boolean {
    if (this.documents.has(digest)) return true;
    if (bytes.length > mostKept.each || this.held + bytes.length > mostKept.all) return false;
    this.held += bytes.length;
    this.documents.set(digest, bytes);
    return true;
  }

  /** The bytes of a document that was taken. */
  get(digest: Digest): Uint8Array | undefined {
    return this.documents.get(digest);
  }

  /** Writes a document that was taken where it would lie, for who reads a file; nothing for others. Throws `disk-full`, `file-unwritable`. */
  write(digest: Digest, paths: StorePaths): void {
    const bytes = this.documents.get(digest);
    const path = paths.blob(digest);
    if (!bytes || existsSync(path)) return;
    try {
      writeFileSync(path, bytes, { mode: 0o444 });
    } catch (cause) {
      throw storeProblem(cause, path);
    }
  }

  /** {@link ScratchDocuments.write} of all, for who looks at the folder. */
  writeAll(paths: StorePaths): void {
    for (const digest of this.documents.keys()) this.write(digest, paths);
  }
}
