import { closeSync, constants, openSync, readSync, statSync, type Stats } from 'node:fs';
import type { DiffId } from '../../shared/image/digest';
import { inputFault } from '../../shared/image/inputFault';
import { problem } from '../../shared/image/problem';
import { transportOf } from '../../shared/image/transport';
import { isRootfs } from '../../shared/layer/rootfsShape';
import { blockSize } from '../../shared/layer/tarHeader';
import { systemCode } from '../../shared/image/systemCode';
import { detectCompression, looksLikeTar } from '../tar/decompress';
import { FolderFiles, SeekableArchive, SpooledArchive, type ArchiveFiles } from './archiveFiles';
import type { JobInput } from '../worker/jobs';
import { dirFolder } from './dirFiles';
import { dockerArchive } from './dockerArchive';
import { LookedFiles } from './lookedFiles';
import type { ImageSource, StagedImages } from './imageSource';
import { legacyArchive } from './legacyArchive';
import { ociLayout } from './ociLayout';
import { ReadsAll, type ActionRun, type Ingest, type SourceTools } from './sourceTools';

/**
 * The forms that images come in, asked in this order. The OCI layout is first: Docker 25 and later write both forms into
 * one archive, and there the OCI part names the blobs by digest and keeps the manifest as it is.
 */
export const sources: readonly ImageSource[] = [ociLayout, dirFolder, dockerArchive, legacyArchive];

/** A path, or memory that another thread fills. */
export type ArchiveInput = JobInput<'spool-archive'>['file'];

/** Input that is not a regular file of known size. */
export const standardInput = '-';

function look(path: ArchiveInput, label: string): { info: Stats | null; head: Uint8Array } {
  if (typeof path !== 'string' || path === standardInput) return { info: null, head: new Uint8Array(0) };
  try {
    const info = statSync(path);
    if (!info.isFile()) return { info, head: new Uint8Array(0) };
    const head = new Uint8Array(blockSize);
    // What became a pipe since then is not waited for.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return { info, head: head.subarray(0, readSync(fd, head, 0, blockSize, 0)) };
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const word = transportOf(path);
      if (word) throw problem('transport-word', { text: path, ...word }, { cause });
    }
    throw inputFault(cause, label);
  }
}

/** True for bytes that people would call text. */
export function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

async function openFiles(
  path: ArchiveInput,
  label: string,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
  documentsOnly = false,
): Promise<ArchiveFiles> {
  const { limits } = tools;
  const { info, head } = look(path, label);
  const file = typeof path === 'string' ? path : '';
  if (info?.isDirectory()) return new FolderFiles(label, file, limits);
  if (info?.isFile()) {
    if (info.size === 0) throw problem('not-an-image', { file: label, seen: 'empty' });
    if (detectCompression(head) === 'none') {
      if (!looksLikeTar(head))
        throw problem('not-an-image', { file: label, seen: isText(head) ? 'text' : 'unknown' });
      run.report({ phase: 'reading', done: 0, total: info.size });
      const indexed = await tools.pool.run('index-archive', { file, label, limits }, { signal: run.signal });
      if (!indexed.sparse) return new SeekableArchive(label, file, indexed, limits);
    }
  } else if (info !== null) throw problem('not-an-image', { file: label, seen: 'special' });
  if (tools.headersOnly) throw new ReadsAll(label);
  // Compressed outside, a pipe, or packed with holes (`tar -S`): everything is staged in one pass, what is what shows at the end.
  let done = 0;
  const total = info?.size ?? null;
  const spooled = await tools.pool.run(
    'spool-archive',
    { file: path, label, stem: ingest.newPath('spool'), limits, documentsOnly, durable: ingest.durable },
    {
      signal: run.signal,
      onBytes: (bytes) => {
        done += bytes;
        run.report({ phase: 'reading', done, total });
      },
    },
  );
  return new SpooledArchive(label, spooled, limits);
}

/**
 * Reads the images of an input into an ingest. `path` is a file, a folder, {@link standardInput}, or shared memory that
 * somebody feeds (see `electron/worker/byteRing.ts`); `label` is what the
 * person called it. What the input is shows in its content; names are never asked. Throws a ProblemError that names it.
 */
export async function stageInput(
  path: ArchiveInput,
  label: string,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<StagedImages & { readonly format: ImageSource['format'] }> {
  const found = await openFiles(path, label, ingest, tools, run);
  const source = await sourceOf(found);
  const files = tools.looked ? new LookedFiles(found, tools.looked) : found;
  return { ...(await source.stage(files, ingest, tools, run)), format: source.format };
}

/** Diff IDs of every image of an input, from the base up, read without its layers where it can be. Throws as {@link stageInput} does. */
export async function readChains(
  path: ArchiveInput,
  label: string,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<readonly (readonly DiffId[])[]> {
  const files = await openFiles(path, label, ingest, tools, run, true);
  const source = await sourceOf(files);
  if (source.chains) return source.chains(files);
  // Only the layers themselves tell.
  const whole = files instanceof SpooledArchive ? await openFiles(path, label, ingest, tools, run) : files;
  const { roots } = await source.stage(whole, ingest, tools, run);
  return roots.flatMap(({ images }) => images.map(({ diffIds }) => diffIds));
}

async function sourceOf(files: ArchiveFiles): Promise<ImageSource> {
  for (const source of sources) if (await source.recognises(files)) return source;
  const isFolder = files instanceof FolderFiles;
  const names = files.topNames?.() ?? files.names();
  const seen = isRootfs(names) ? (isFolder ? 'rootfs-folder' : 'rootfs') : isFolder ? 'directory' : 'tar';
  throw problem('not-an-image', { file: files.label, seen });
}
