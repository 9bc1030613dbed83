import { createHash } from 'node:crypto';
import type { Limits } from '../../shared/image/limits';
import { parseDiffId, parseDigest } from '../../shared/image/digest';
import type { Compression } from '../../shared/image/mediaType';
import { problem, problemOf } from '../../shared/image/problem';
import { TarFault, TarLimitFault } from '../../shared/layer/tarHeader';
import { LayerFault, LayerPass, type TarPass } from '../index/indexLayer';
import { DamagedStream, decompress, detectCompression, TruncatedStream } from '../tar/decompress';
import { checkRoom } from './freeSpace';
import { limitProblem } from './indexArchive';
import { limitsOfBlob, openRange } from '../store/blobFile';
import {
  closeReading,
  damagedProblem,
  openForReading,
  openBlob,
  OutFile,
  readRange,
  type JobTools,
} from './jobTools';
import type { BlobFacts, JobInput, JobOutput } from './jobs';

/** Where bytes come from, for reports. */
export interface Origin {
  readonly label: string;
  readonly entry: string;
}

/** Maps what a pass over a layer threw to a problem that names the layer. */
export function layerProblem(thrown: unknown, origin: Origin, member: string): unknown {
  const { label: file, entry } = origin;
  if (thrown instanceof LayerFault) {
    return problem('layer-invalid', { file, entry, ...thrown.facts(thrown.entry) }, { cause: thrown });
  }
  if (thrown instanceof TarLimitFault) return limitProblem(thrown, file, entry);
  if (thrown instanceof TarFault) {
    return problem('layer-invalid', { file, entry, ...thrown.facts(member) }, { cause: thrown });
  }
  if (thrown instanceof TruncatedStream || thrown instanceof DamagedStream) {
    return problem('archive-damaged', { file, entry, ...thrown.facts() }, { cause: thrown });
  }
  return thrown;
}

/** Feeds the uncompressed bytes of `chunks` to a pass, within the budget. `tools` are asked whether to stop. */
export async function passCompressed(
  compression: Compression,
  chunks: Iterable<Uint8Array>,
  pass: LayerPass,
  origin: Origin & { readonly limits: Limits },
  tools: JobTools,
): Promise<void> {
  const budget = { limits: origin.limits, file: origin.label, what: origin.entry };
  for await (const chunk of decompress(compression, chunks, budget)) {
    // Much can come out of what was read long ago.
    tools.tick(0);
    pass.feed(chunk);
  }
}

/** Puts together what is known of a blob after its pass. */
export function blobFacts(
  digest: string,
  size: number,
  compression: Compression,
  tar: TarPass | null,
): BlobFacts {
  return {
    digest: parseDigest(digest),
    size,
    compression,
    diffId: tar ? parseDiffId(tar.diffId) : null,
    facts: tar
      ? {
          digest,
          size,
          compression,
          diffId: tar.diffId,
          tarSize: tar.tarSize,
          contentSize: tar.contentSize,
          entries: tar.entries,
          ...(tar.leftOut > 0 ? { leftOut: tar.leftOut } : {}),
        }
      : null,
  };
}

/** One pass over a range of a file: copy, hash, and for a layer decompress, check and index. See {@link JobInput}. */
export async function readBlob(
  input: JobInput<'read-blob'>,
  tools: JobTools,
): Promise<JobOutput<'read-blob'>> {
  const { label, entry, size, asLayer, limits } = input;
  const offset = input.offset + (typeof input.file === 'string' ? 0 : input.file.offset);
  const origin = { label, entry, limits };
  const fd = typeof input.file === 'string' ? openForReading(input.file, label) : openRange(input.file);
  const hash = createHash('sha256');
  let out: OutFile | null = null;
  let pass: LayerPass | null = null;
  let settled = false;
  try {
    if (input.target !== null) checkRoom(input.target, size, label);
    out = input.target === null ? null : new OutFile(input.target, label, input.durable);
    const target = out;
    const head = [
      ...readRange(
        fd,
        { offset, size: Math.min(size, 6) },
        { label, reuse: false },
        { tick: () => undefined },
      ),
    ];
    const compression = asLayer ? detectCompression(head[0] ?? new Uint8Array(0)) : 'none';
    let tar: TarPass | null = null;
    if (compression === 'none') {
      pass = asLayer ? new LayerPass(input.indexTarget, false, limits) : null;
      try {
        for (const chunk of readRange(fd, { offset, size }, { label, reuse: true }, tools)) {
          hash.update(chunk);
          target?.write(chunk);
          pass?.feed(chunk);
        }
      } catch (thrown) {
        throw layerProblem(thrown, origin, pass?.member ?? '');
      }
    } else {
      let bytesIn = 0;
      const teed = function* (): Generator<Uint8Array> {
        for (const chunk of readRange(fd, { offset, size }, { label, reuse: false }, tools)) {
          bytesIn += chunk.length;
          hash.update(chunk);
          target?.write(chunk);
          yield chunk;
        }
      };
      const source = teed();
      pass = new LayerPass(input.indexTarget, true, limits);
      try {
        const open = { [Symbol.iterator]: () => source };
        await passCompressed(compression, open, pass, origin, tools);
      } catch (thrown) {
        throw layerProblem(thrown, origin, pass.member);
      }
      // A decoder stops at the end of its stream; the digest needs what is behind it, too.
      for (const rest of source) void rest;
      if (bytesIn < size) {
        for (const chunk of readRange(
          fd,
          { offset: offset + bytesIn, size: size - bytesIn },
          { label, reuse: true },
          tools,
        )) {
          hash.update(chunk);
          target?.write(chunk);
        }
      }
    }
    const digest = `sha256:${hash.digest('hex')}`;
    if (pass) {
      try {
        tar = pass.finish(compression === 'none' ? digest : null);
      } catch (thrown) {
        throw layerProblem(thrown, origin, pass.member);
      }
    }
    const facts = blobFacts(digest, size, compression, tar);
    if (facts.facts) pass?.writeIndex(facts.facts);
    settled = true;
    out?.finish();
    return facts;
  } finally {
    if (!settled) {
      pass?.abandon();
      out?.abandon();
    }
    closeReading(fd);
  }
}

/** Runs a read of stored bytes: whatever is wrong with their form means that they are not what was stored. */
async function readDamaged<T>(digest: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code, facts } = problemOf(cause);
    if (code !== 'layer-invalid' && code !== 'archive-damaged') throw damagedProblem(cause, digest);
    throw problem('blob-damaged', { digest, reason: 'form', found: facts.reason }, { cause });
  }
}

/** Reads a stored layer again to write its index, the cache having been deleted. See {@link JobInput}. */
export async function rebuildIndex(
  input: JobInput<'rebuild-index'>,
  tools: JobTools,
): Promise<JobOutput<'rebuild-index'>> {
  const { fd, size } = openBlob(input.file, input.digest);
  closeReading(fd);
  const facts = await readDamaged(input.digest, () =>
    readBlob(
      {
        file: input.file,
        offset: 0,
        size,
        label: input.digest,
        entry: input.digest,
        target: null,
        asLayer: true,
        indexTarget: input.indexTarget,
        limits: limitsOfBlob(input.file),
      },
      tools,
    ),
  );
  if (facts.digest !== input.digest) {
    throw problem('blob-damaged', {
      digest: input.digest,
      reason: 'digest',
      found: facts.digest,
    });
  }
  return facts;
}
