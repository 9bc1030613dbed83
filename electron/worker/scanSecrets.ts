import { addBytes } from '../../shared/image/bytes';
import { normalisePath } from '../../shared/layer/entryPath';
import { binaryLimit, isSamplePath, SecretScan, type SecretMatch } from '../../shared/layer/secretScan';
import type { TarFault } from '../../shared/layer/tarHeader';
import { whiteoutMark } from '../../shared/layer/whiteout';
import { problem } from '../../shared/image/problem';
import { writeLayerSecrets } from '../index/secretFindings';
import type { TarReader } from '../tar/readTar';
import { diskProblem, dropOutFile, type JobTools } from './jobTools';
import type { JobInput, JobOutput } from './jobs';
import { readStored } from './storedLayer';

/** Bytes of a file by which it is told whether it is text: a zero byte among them, and it is none. */
const headBytes = 8192;
/** Files with findings that are kept of a layer at the most. */
const filesKept = 10_000;

/** The job `scan-secrets`: one verified pass over the layer, memory for one piece of one file. */
export async function scanSecrets(
  { file, digest, diffId, target }: JobInput<'scan-secrets'>,
  tools: JobTools,
): Promise<JobOutput<'scan-secrets'>> {
  const files: { path: string; matches: readonly SecretMatch[] }[] = [];
  const scanned = { files: 0, bytes: 0 };
  const skipped = { large: 0, sparse: 0, samples: 0 };
  let current: { readonly path: string; readonly size: number; scan: SecretScan | 'skip' | null } | null =
    null;
  const visitor: ConstructorParameters<typeof TarReader>[0] = {
    member: (header) => {
      current = null;
      const path = normalisePath(header.name);
      if (path === null || whiteoutMark(path)) return false;
      if (header.type === 'sparse') skipped.sparse++;
      if (header.type !== 'file' || header.size === 0) return false;
      if (isSamplePath(path)) {
        skipped.samples++;
        return false;
      }
      current = { path, size: header.size, scan: null };
      return true;
    },
    body: (chunk) => {
      if (current === null || current.scan === 'skip') return;
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      if (current.scan === null) {
        const binary = bytes.subarray(0, headBytes).includes(0);
        if (binary && current.size > binaryLimit) {
          skipped.large++;
          current.scan = 'skip';
          return;
        }
        current.scan = new SecretScan(current.path, binary);
        scanned.files++;
        scanned.bytes = addBytes(scanned.bytes, current.size);
      }
      current.scan.feed(bytes.toString('latin1'));
    },
    end: () => {
      if (current?.scan instanceof SecretScan) {
        const matches = current.scan.end();
        if (matches.length > 0 && files.length < filesKept) files.push({ path: current.path, matches });
      }
      current = null;
    },
  };
  try {
    const fault = (_: string, cause: TarFault): unknown =>
      problem('blob-damaged', { digest, reason: 'form', found: cause.reason }, { cause });
    await readStored({ file, digest, diffId }, visitor, tools, { fault });
    writeLayerSecrets(target, diffId, { files, scanned, skipped });
    return { files: scanned.files, bytes: scanned.bytes };
  } catch (cause) {
    dropOutFile(target);
    throw diskProblem(cause, target, 'write');
  }
}
