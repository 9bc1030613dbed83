import type { ChainId, ImageId } from '../image/digest';
import { parseFilter, tokenTest } from './filterQuery';
import type { GraphIndex } from './graphIndex';
import type { ImageNode, LayerNode } from './imageGraph';
import { ownLayer } from './ownLayer';

/** What the window shows of the store. */
export interface GraphFilter {
  /**
   * Words that must all match (a name, an ID from its beginning, a label, a command), and tokens (`filterQuery.ts`). `''`
   * matches everything.
   */
  readonly text: string;
  readonly hiddenFamilies: ReadonlySet<string>;
  readonly showDangling: boolean;
  /** The time that ages are told from, milliseconds since 1970; that of the call when it is left out. */
  readonly now?: number;
}

/** Result of a filter. */
export interface Filtered {
  /** Images in sight: those of shown families, that match. */
  readonly images: readonly ImageNode[];
  readonly ids: ReadonlySet<ImageId>;
  /** Layers of which a command, of whichever image, or an ID matches the text; empty when there is no text. */
  readonly layers: ReadonlySet<ChainId>;
}

function idMatches(digest: string, word: string): boolean {
  return word.length >= 2 && (digest.startsWith(word) || digest.slice(7).startsWith(word));
}

/** Applies a filter. Linear in images and layers. */
export function filterGraph(index: GraphIndex, filter: GraphFilter): Filtered {
  const { words: wanted, tokens } = parseFilter(filter.text);
  const fits = tokenTest(tokens, filter.now ?? Date.now());
  const told = new Set<ChainId>();
  if (wanted.length > 0) {
    for (const layer of index.graph.layers) if (matchesLayer(layer, wanted)) told.add(layer.chainId);
  }
  const own = ownMatches(index, wanted);
  const layers = new Set(told);
  for (const found of own.values()) for (const [chainId, matches] of found) if (matches) layers.add(chainId);
  const asksDangling = tokens.some(
    ({ kind, value, negated }) => kind === 'dangling' && value === 'true' && !negated,
  );
  const images = index.graph.images.filter((image) => {
    // Whoever asks for dangling images by a token wants to see them.
    if (!filter.showDangling && !asksDangling && image.names.length === 0) return false;
    if (filter.hiddenFamilies.has(index.familyOfImage.get(image.id)?.key ?? '')) return false;
    if (!fits(image)) return false;
    return (
      wanted.length === 0 ||
      matchesImage(image, wanted) ||
      image.layers.some((chainId) => own.get(image.id)?.get(chainId) ?? told.has(chainId))
    );
  });
  return { images, ids: new Set(images.map(({ id }) => id)), layers };
}

function matchesLayer(layer: LayerNode, wanted: readonly string[]): boolean {
  const command = layer.createdBy.toLowerCase();
  return wanted.every(
    (word) =>
      (word.length >= 3 && command.includes(word)) ||
      idMatches(layer.chainId, word) ||
      idMatches(layer.diffId, word) ||
      layer.blobs.some(({ digest }) => idMatches(digest, word)),
  );
}

/** By image, whether the layers match of which its own history says something else than the graph. */
function ownMatches(
  { graph, layers }: GraphIndex,
  wanted: readonly string[],
): ReadonlyMap<ImageId, ReadonlyMap<ChainId, boolean>> {
  const found = new Map<ImageId, ReadonlyMap<ChainId, boolean>>();
  if (wanted.length === 0) return found;
  for (const image of graph.images) {
    if (!image.steps) continue;
    const own = new Map<ChainId, boolean>();
    for (const chainId of Object.keys(image.steps) as ChainId[]) {
      const layer = layers.get(chainId);
      if (layer) own.set(chainId, matchesLayer(ownLayer(image, layer), wanted));
    }
    found.set(image.id, own);
  }
  return found;
}

function matchesImage(image: ImageNode, wanted: readonly string[]): boolean {
  return wanted.every(
    (word) =>
      image.names.some((name) => name.toLowerCase().includes(word)) ||
      idMatches(image.id, word) ||
      image.manifests.some((digest) => idMatches(digest, word)) ||
      `${image.os}/${image.architecture}`.includes(word) ||
      Object.entries(image.labels).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(word)),
  );
}
