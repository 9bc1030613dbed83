import { createHash } from 'node:crypto';
import { problem } from '../../shared/image/problem';
import { diffRows, lineDiff, type DiffRow } from '../../shared/text/lineDiff';

/** Bytes of a text that are compared line by line; a larger file is told by size and digest. */
const mostText = 1 << 20;
/** Rows of a comparison that are shown at the most. */
const mostRows = 20_000;
/** Bytes at a file's beginning in which a zero tells that it is no text, as git and grep look at them. */
const toldBy = 8000;

/** What a file is on one side. */
export interface ContentSide {
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the contents, as a digest. */
  readonly digest: string;
}

/** How the contents of a file differ; a side is null where no regular file is there. */
export type ContentComparison = {
  readonly before: ContentSide | null;
  readonly after: ContentSide | null;
} & (
  | {
      readonly kind: 'text';
      readonly rows: readonly DiffRow[];
      /** Rows beyond those. */
      readonly omitted: number;
    }
  /** Not compared line by line: one is no text, or too large. */
  | { readonly kind: 'binary' | 'large' }
);

/** The contents of a file, piece by piece; null where no regular file is there. */
export type Contents = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | null;

interface Read extends ContentSide {
  /** Null where it is none, or a large one. */
  readonly text: string | null;
  readonly isText: boolean;
}

async function readSide(contents: Contents, signal: AbortSignal | undefined): Promise<Read | null> {
  if (contents === null) return null;
  const hash = createHash('sha256');
  const parts: Uint8Array[] = [];
  let size = 0;
  let isText = true;
  for await (const chunk of contents) {
    if (signal?.aborted) throw problem('cancelled', {});
    hash.update(chunk);
    if (size < toldBy && chunk.subarray(0, toldBy - size).includes(0)) isText = false;
    size += chunk.length;
    if (isText && size <= mostText) parts.push(chunk.slice());
    else parts.length = 0;
  }
  const text = isText && size <= mostText ? textOf(Buffer.concat(parts)) : null;
  return {
    size,
    digest: `sha256:${hash.digest('hex')}`,
    text,
    isText: isText && (size > mostText || text !== null),
  };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Compares the contents of a file as it was with what it is now: texts (UTF-8, up to 1 MiB) line by line with three lines around each
 * difference, all else by size and SHA-256. What is on one side alone is all gone or all new. Throws `cancelled`, and what reading throws.
 */
export async function compareContents(
  { before, after }: { readonly before: Contents; readonly after: Contents },
  signal?: AbortSignal,
): Promise<ContentComparison> {
  const [first, second] = [await readSide(before, signal), await readSide(after, signal)];
  const sides = { before: sideOf(first), after: sideOf(second) };
  const read = [first, second].filter((side) => side !== null);
  if (read.some(({ isText }) => !isText)) return { kind: 'binary', ...sides };
  if (read.some(({ text }) => text === null)) return { kind: 'large', ...sides };
  const rows = diffRows(lineDiff(first?.text ?? '', second?.text ?? ''));
  return {
    kind: 'text',
    ...sides,
    rows: rows.slice(0, mostRows),
    omitted: Math.max(0, rows.length - mostRows),
  };
}

const sideOf = (read: Read | null): ContentSide | null => read && { size: read.size, digest: read.digest };
