import type { ImageOrder, PlacedLayer, Span } from './imageOrder';
import type { LayerBlob } from './imageGraph';

/** A stored form of a layer, with the images whose own manifests name it. */
export interface BlobSpans {
  readonly blob: LayerBlob;
  readonly spans: readonly Span[];
}

/**
 * The stored forms of a placed layer, each with the runs of the order's images that need it. A layer of one form is needed
 * by all that stand on it; of several, an image needs those that its manifest names (`ownLayer`), so that no view says
 * of an image that it holds bytes which deleting it would not free.
 */
export function blobSpans({ images }: Pick<ImageOrder, 'images'>, placed: PlacedLayer): readonly BlobSpans[] {
  const { layer, lo, hi } = placed;
  if (layer.blobs.length < 2) return layer.blobs.map((blob) => ({ blob, spans: [{ lo, hi }] }));
  const runs = new Map(layer.blobs.map((blob) => [blob.digest, { blob, spans: [] as Span[] }]));
  for (let at = lo; at < hi; at++) {
    const named = images[at]?.forms?.[layer.chainId]?.blobs ?? layer.blobs.map(({ digest }) => digest);
    for (const digest of named) {
      const spans = runs.get(digest)?.spans;
      const last = spans?.at(-1);
      if (!spans || last?.hi === at + 1) continue;
      if (last?.hi === at) spans[spans.length - 1] = { lo: last.lo, hi: at + 1 };
      else spans.push({ lo: at, hi: at + 1 });
    }
  }
  return [...runs.values()].filter(({ spans }) => spans.length > 0);
}
