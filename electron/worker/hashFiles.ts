import { addBytes } from '../../shared/image/bytes';
import { createHash, type Hash } from 'node:crypto';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { normalisePath } from '../../shared/layer/entryPath';
import { problem } from '../../shared/image/problem';
import type { TarFault } from '../../shared/layer/tarHeader';
import { hashBytes, writeContentHashes } from '../index/contentHashes';
import type { TarVisitor } from '../tar/readTar';
import { diskProblem, dropOutFile, type JobTools } from './jobTools';
import type { JobInput, JobOutput } from './jobs';
import { readStored } from './storedLayer';

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
      bytes = addBytes(bytes, header.size);
      return true;
    },
    body: (chunk) => void hash?.update(chunk),
    end: () => {
      if (hash) hashes.push(hash.digest());
      hash = null;
    },
  };
  try {
    const fault = (_: string, cause: TarFault): unknown =>
      problem('blob-damaged', { digest, reason: 'form', found: cause.reason }, { cause });
    await readStored({ file, digest, diffId }, visitor, tools, { fault });
    writeContentHashes(target, diffId, Buffer.concat(hashes));
    return { files: hashes.length, bytes };
  } catch (cause) {
    dropOutFile(target);
    throw diskProblem(cause, target, 'write');
  }
}
