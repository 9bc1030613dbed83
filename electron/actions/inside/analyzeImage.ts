import type { ChainId, DiffId, Digest, ImageId } from '../../../shared/image/digest';
import { cutImage } from '../../../shared/graph/cutImage';
import { displayName } from '../../../shared/graph/sharing';
import type { DiveNumbers } from '../../../shared/layer/diveNumbers';
import { efficiencyScore, type Efficiency, type LayerEfficiency } from '../../../shared/layer/efficiency';
import { hashLayers, unhashed, withHashes } from './contentHashes';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageLayers } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** Paths that are listed at the most. */
const pathsListed = 10_000;

/** A layer of an analysis, with what names it. */
export interface AnalyzedLayer extends LayerEfficiency {
  /** From the base, 1 up: what `IMG@LAYER` takes. */
  readonly number: number;
  readonly chainId: ChainId;
  readonly diffId: DiffId;
  readonly createdBy: string;
}

/** How much of what an image stores is seen. Layers of `waste` count `layers` from 0. */
export interface ImageAnalysis extends Efficiency {
  readonly id: ImageId;
  readonly names: readonly string[];
  /** Visible bytes of all bytes of regular files, 0 to 1. */
  readonly score: number;
  readonly layers: readonly AnalyzedLayer[];
  /** What dive says of the same layers. */
  readonly dive: DiveNumbers;
}

/**
 * Works out what the layers of an image store that nobody sees, and why; with `upTo` (a chain ID of it) of its layers up to
 * that one. Made from the indexes; layers with a file that one of equal size covers are read and hashed, once for all times.
 * Throws `image-not-found`, `layer-not-found`, `layer-invalid`, `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function analyzeImage(
  context: Pick<ActionContext, 'store' | 'pool'>,
  what: { readonly image: ImageId; readonly upTo: ChainId | null },
  run: Run,
): Promise<ImageAnalysis> {
  return namingImages(context, [what.image], () => analyze(context, what, run));
}

async function analyze(
  context: Pick<ActionContext, 'store' | 'pool'>,
  what: { readonly image: ImageId; readonly upTo: ChainId | null },
  run: Run,
): Promise<ImageAnalysis> {
  const view = await readStoreView(context);
  const whole = imageById(view.graph, what.image);
  const image = cutImage(whole, what.upTo);
  const layers = imageLayers(view, image);
  const opened: { indexPath: string; digest: Digest; diffId: DiffId }[] = [];
  for (const { digest, diffId, blob } of layers) {
    let done = 0;
    const { indexPath } = await openStoredLayer(context, blob, {
      signal: run.signal,
      onBytes: (more) => run.report({ phase: 'reading', done: (done += more), total: blob.size }),
    });
    opened.push({ indexPath, digest, diffId });
  }
  const measure = (): Promise<Efficiency & { readonly dive: DiveNumbers }> =>
    context.pool.run(
      'analyze-layers',
      { layers: withHashes(context, opened), limit: pathsListed, label: displayName(image) },
      { signal: run.signal },
    );
  let found = await measure();
  const toRead = found.unread.flatMap((at) => {
    const layer = layers[at];
    return layer ? [{ digest: layer.digest, diffId: layer.diffId, size: layer.blob.size }] : [];
  });
  // A sparse file has no hash, so that it stays `unread` when its layer was read.
  if (unhashed(context, toRead).length > 0) {
    await hashLayers(context, toRead, run);
    found = await measure();
  }
  return {
    ...found,
    id: whole.id,
    names: whole.names,
    score: efficiencyScore(found),
    layers: layers.flatMap(({ node, diffId }, i) => {
      const sums = found.layers[i];
      const { chainId, createdBy } = node;
      return sums ? [{ number: i + 1, chainId, diffId, createdBy, ...sums }] : [];
    }),
  };
}
