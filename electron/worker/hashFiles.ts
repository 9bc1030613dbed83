import { createHash, type Hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { normalisePath } from '../../shared/layer/entryPath';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import { TarFault } from '../../shared/layer/tarHeader';
import { hashBytes, writeContentHashes } from '../index/contentHashes';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { diskProblem, type JobTools } from './jobTools';
import type { JobInput, JobOutput } from './jobs';
import { storedLayerTar } from './storedLayer';

/**
 * The job `hash-files`. The members that count are those that the layer's index calls files, in the same order; the blob and
 * its diff ID are verified in the same pass, so that a hash that is kept was made of the right bytes.
 */
export async function hashFiles(
  { file, digest, diffId, target }: JobInput<'hash-files'>,
  tools: JobTools,
): Promise<JobOutput<'hash-files'>> {
  const hashes: Uint8Array[] = [];
  let bytes = 0;
  let hash: Hash | null = null;
  const visitor: TarVisitor = {
    member: (header) => {
      const path = normalisePath(header.name);
      if (path === null || isInvalidWhiteout(path) || whiteoutMark(path)) return false;
      if (header.type === 'sparse') hashes.push(new Uint8Array(hashBytes));
      if (header.type !== 'file') return false;
      hash = createHash('sha256');
      bytes += header.size;
      return true;
    },
    body: (chunk) => void hash?.update(chunk),
    end: () => {
      if (hash) hashes.push(hash.digest());
      hash = null;
    },
  };
  const reader = new TarReader(visitor, storedLimits);
  try {
    for await (const chunk of storedLayerTar({ file, digest, diffId }, tools)) reader.feed(chunk);
    writeContentHashes(target, diffId, Buffer.concat(hashes));
    return { files: hashes.length, bytes };
  } catch (cause) {
    rmSync(target, { force: true });
    if (cause instanceof TarFault)
      throw problem('blob-damaged', { digest, reason: cause.message }, { cause });
    throw diskProblem(cause, target, 'write');
  }
}
