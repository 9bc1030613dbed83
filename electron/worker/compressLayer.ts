import { createHash } from 'node:crypto';
import { parseDigest } from '../../shared/image/digest';
import { compress } from '../tar/compress';
import { dropOutFile, OutFile, type JobTools } from './jobTools';
import type { JobInput, JobOutput } from './jobs';
import { storedLayerTar } from './storedLayer';

/** Writes a stored layer anew in one compression. See {@link JobInput}. */
export async function compressLayer(
  { target, compression, label, ...layer }: JobInput<'compress-layer'>,
  tools: JobTools,
): Promise<JobOutput<'compress-layer'>> {
  const out = new OutFile(target, label);
  const hash = createHash('sha256');
  try {
    for await (const chunk of compress(compression, storedLayerTar(layer, tools))) {
      hash.update(chunk);
      out.write(chunk);
    }
    out.finish();
    return { digest: parseDigest(`sha256:${hash.digest('hex')}`), size: out.size };
  } catch (thrown) {
    out.abandon();
    dropOutFile(target);
    throw thrown;
  }
}
