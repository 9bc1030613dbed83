import { problem } from '../../shared/image/problem';
import { LayerPass } from '../index/indexLayer';
import { diskProblem, dropOutFile, OutFile, type JobTools } from './jobTools';
import type { JobInput, JobOutput } from './jobs';
import { blobFacts, layerProblem } from './readBlob';
import { blobFault, storedLayerTar } from './storedLayer';

/**
 * The job `plain-layer`: writes the tar of a compressed layer as it is, so that the blob's digest is the diff ID, and
 * indexes it. For compressions that no media type of a layer names (xz, bzip2).
 */
export async function plainLayer(
  { file, digest, diffId, target, indexTarget, label, entry, limits }: JobInput<'plain-layer'>,
  tools: JobTools,
): Promise<JobOutput<'plain-layer'>> {
  const out = new OutFile(target, label);
  let pass: LayerPass | null = null;
  try {
    pass = new LayerPass(indexTarget, true, limits);
    try {
      for await (const chunk of storedLayerTar({ file, digest, diffId }, tools)) {
        out.write(chunk);
        pass.feed(chunk);
      }
    } catch (thrown) {
      const fault = layerProblem(thrown, { label, entry }, pass.member);
      throw await blobFault({ file, digest, diffId }, fault, tools);
    }
    const tar = pass.finish(null);
    if (tar.diffId !== diffId)
      throw problem('blob-damaged', { digest, reason: 'diff-id', found: tar.diffId });
    const facts = blobFacts(tar.diffId, out.size, 'none', tar);
    if (facts.facts) pass.writeIndex(facts.facts);
    out.finish();
    return facts;
  } catch (cause) {
    pass?.abandon();
    out.abandon();
    dropOutFile(target);
    throw diskProblem(cause, target, 'write');
  }
}
