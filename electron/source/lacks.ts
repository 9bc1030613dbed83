import type { Digest } from '../../shared/image/digest';
import { ofLooked, problemOf, ProblemError, type Problem } from '../../shared/image/problem';

/** What keeps one image, or one blob, from being read and says nothing of the others. */
const ofOne: ReadonlySet<string> = new Set([
  'blob-missing',
  'digest-mismatch',
  'document-invalid',
  'file-unreadable',
  'layers-missing',
  'size-mismatch',
]);

/** An image of an input that cannot be read, as it is listed there. */
export interface LackingRoot {
  readonly digest: Digest;
  readonly name: string | null;
  readonly problem: Problem;
}

/**
 * What of an input that is looked at where it lies is not there, or not as it should be: the rest is answered for, and who asks for that is
 * told of it. A load knows none of this: it is all or nothing.
 */
export class Lacks {
  /** Images without a manifest or a config. */
  readonly roots: LackingRoot[] = [];
  /** Blobs of images that are there but for these, and why each cannot be read. */
  readonly blobs = new Map<Digest, ProblemError>();

  /** Whether a fault is one of an image or a blob alone. */
  static isOne(thrown: unknown): thrown is ProblemError {
    return thrown instanceof ProblemError && ofOne.has(thrown.problem.code);
  }

  get isEmpty(): boolean {
    return this.roots.length + this.blobs.size === 0;
  }

  /** Notes an image that cannot be read. */
  root(digest: Digest, name: string | null, thrown: unknown): void {
    this.roots.push({ digest, name, problem: problemOf(ofLooked(thrown)) });
  }

  /** Notes a blob that is not there. */
  blob(digest: Digest, thrown: unknown): void {
    this.blobs.set(digest, ProblemError.from(problemOf(ofLooked(thrown))));
  }
}
