import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addBytes } from '../../../shared/image/bytes';
import { storedLimits } from '../../../shared/image/limits';
import { problem, ProblemError } from '../../../shared/image/problem';
import { damagedProblem, diskProblem } from '../../worker/jobTools';
import type { JobOptions, OutMember } from '../../worker/jobs';
import { bodySize } from '../../tar/bodySize';
import type { ActionContext, Run } from '../ground/context';
import { compressLayers } from './compressLayers';
import type { ArchiveRequest, LayerWriter } from './planArchive';

/** What a layout folder is made of, as files: members of an OCI archive, each at its path. */

/** A member whose bytes are in a file of the giver. */
export type BlobMember = OutMember & { readonly kind: 'range' };

/** What the bodies of members come to, bytes. */
export const bytesOf = (members: readonly OutMember[]): number =>
  members.reduce((sum, member) => addBytes(sum, bodySize(member)), 0);

/** Whether the bytes of a member lie in a folder already: that is where {@link layerWriterIn} put them. */
export const isIn = (folder: string, member: OutMember): boolean =>
  member.kind === 'range' && typeof member.file === 'string' && dirname(member.file) === folder;

/** Writes layers anew into a folder; plain ones are copied from the store. */
export function layerWriterIn(
  context: ActionContext,
  { compression = 'kept' }: Pick<ArchiveRequest, 'compression'>,
  { layers: folder, label }: { readonly layers: string; readonly label: string },
  run: Run,
): LayerWriter {
  return async (layers) => {
    if (compression === 'kept') return new Map();
    const packed = layers.filter(({ blob, diffId }) => compression !== 'none' || (blob as string) !== diffId);
    return compressLayers(
      context,
      packed,
      { fileFor: (index) => join(folder, `layer-${index}`), compression, label },
      run,
    );
  };
}

/**
 * Tells how much of a layout is there: each byte of a member once, however often it is read or written, so that it ends at
 * exactly what all members come to.
 */
export class LayoutProgress {
  private readonly there = new Map<string, number>();
  private done = 0;
  readonly total: number;

  constructor(
    members: readonly OutMember[],
    private readonly run: Run,
  ) {
    this.total = bytesOf(members);
  }

  /** What counts one pass over a member, from its beginning. */
  pass({ name }: OutMember): (bytes: number) => void {
    let at = 0;
    return (bytes) => {
      at += bytes;
      const more = at - (this.there.get(name) ?? 0);
      if (more <= 0) return;
      this.there.set(name, at);
      this.done += more;
      this.run.report({ phase: 'writing', done: this.done, total: this.total });
    };
  }

  /** Says that a member is there to its last byte. */
  whole(member: OutMember): void {
    this.pass(member)(bodySize(member));
  }
}

/** Makes a folder or a small file. */
export async function writeMember(member: OutMember, path: string): Promise<void> {
  if (member.kind === 'directory') await mkdir(path, { mode: 0o755 });
  if (member.kind !== 'bytes') return;
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(member.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies a blob, or writes its tar, verified as it is read. Throws `blob-damaged`, `disk-full`, `file-unwritable`, `cancelled`. */
export async function copyBlob(
  { pool }: Pick<ActionContext, 'pool'>,
  { file, offset, size, name, expect }: BlobMember,
  { path: target, label }: { readonly path: string; readonly label: string },
  options: JobOptions,
): Promise<void> {
  const range = { file, offset, size, label, entry: name, target };
  const { digest } = await pool
    .run('read-blob', { ...range, asLayer: false, indexTarget: null, limits: storedLimits }, options)
    .catch((cause: unknown) => {
      throw damagedProblem(cause, expect);
    });
  if (digest !== expect) throw problem('blob-damaged', { digest: expect, reason: 'digest', found: digest });
  await openToReaders(target);
}

/** Gives a blob the mode of any new file: a layout is read by whoever may read its folder. */
export async function openToReaders(path: string): Promise<void> {
  await chmod(path, 0o644 & ~process.umask());
}

/** What went wrong with a file of a folder as a fault of the folder: nobody knows a blob by its name. */
export function ofFolder(cause: unknown, label: string): unknown {
  if (!(cause instanceof ProblemError)) return diskProblem(cause, label, 'write');
  const { code, facts } = cause.problem;
  if (code === 'disk-full' || code === 'no-room')
    return problem(code, { ...cause.problem.facts, path: label }, { cause });
  return code === 'file-unwritable' ? problem(code, { ...facts, path: label }, { cause }) : cause;
}
