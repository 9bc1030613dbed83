import { rm } from 'node:fs/promises';
import type { DiffId } from '../../../shared/image/digest';
import { storedLimits } from '../../../shared/image/limits';
import type { Ingest } from '../../store/contentStore';
import type { OutCompression } from '../../tar/compress';
import type { BlobFacts, JobOptions } from '../../worker/jobs';
import type { ActionContext } from '../ground/context';

/** Where a job that makes a layer writes; neither file is there before. */
export interface LayerTargets {
  readonly target: string;
  readonly indexTarget: string;
}

/** A layer that is staged. */
export interface StagedLayer {
  readonly diffId: DiffId;
  /** Where its index is until the commit, unless the store has the blob already. */
  readonly indexPath: string;
}

/** Has a job make a layer and its index, and stages both. Gives what the job gave. */
export async function stageLayer<T extends BlobFacts>(
  ingest: Ingest,
  make: (targets: LayerTargets) => Promise<T>,
): Promise<T & StagedLayer> {
  const targets: LayerTargets = { target: ingest.newPath('layer'), indexTarget: ingest.newPath('index') };
  const made = await make(targets);
  const { digest, size, diffId, facts } = made;
  if (facts === null || diffId === null) throw new Error('a layer has facts');
  await ingest.adopt({ path: targets.target, digest, size, index: { path: targets.indexTarget, facts } });
  return { ...made, diffId, indexPath: targets.indexTarget };
}

/**
 * As {@link stageLayer}, of a job that makes a plain layer where another compression is wanted: the tar is packed, then read
 * again to index it. `label` says in reports whose layer it is. Throws what the job throws, `disk-full`, `cancelled`.
 */
export async function stagePackedLayer(
  { pool }: Pick<ActionContext, 'pool'>,
  ingest: Ingest,
  { compression, label }: { readonly compression: OutCompression; readonly label: string },
  make: (targets: { readonly target: string; readonly indexTarget: string | null }) => Promise<BlobFacts>,
  options: JobOptions,
): Promise<BlobFacts & StagedLayer> {
  if (compression === 'none') return stageLayer(ingest, make);
  const plain = ingest.newPath('plain');
  try {
    const { digest, diffId } = await make({ target: plain, indexTarget: null });
    if (diffId === null) throw new Error('a layer has a diff ID');
    return await stageLayer(ingest, async ({ target, indexTarget }) => {
      const { size } = await pool.run(
        'compress-layer',
        { file: plain, digest, diffId, target, compression, label },
        options,
      );
      const range = { file: target, offset: 0, size, label, entry: diffId };
      const made = { ...range, target: null, asLayer: true, indexTarget, limits: storedLimits };
      return pool.run('read-blob', made, options);
    });
  } finally {
    await rm(plain, { force: true }).catch(() => undefined);
  }
}
