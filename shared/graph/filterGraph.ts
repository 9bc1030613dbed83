import type { ChainId, ImageId } from '../image/digest';
import { parseFilter, tokenTest } from './filterQuery';
import type { GraphIndex } from './graphIndex';
import type { ImageNode } from './imageGraph';

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
  /** Layers whose own command or ID matches the text; empty when there is no text. */
  readonly layers: ReadonlySet<ChainId>;
}

function idMatches(digest: string, word: string): boolean {
  return word.length >= 2 && (digest.startsWith(word) || digest.slice(7).startsWith(word));
}

/** Applies a filter. Linear in images and layers. */
export function filterGraph(index: GraphIndex, filter: GraphFilter): Filtered {
  const { words: wanted, tokens } = parseFilter(filter.text);
  const fits = tokenTest(tokens, filter.now ?? Date.now());
  const layers = new Set<ChainId>();
  if (wanted.length > 0) {
    for (const layer of index.graph.layers) {
      const command = layer.createdBy.toLowerCase();
      const matches = wanted.every(
        (word) =>
          (word.length >= 3 && command.includes(word)) ||
          idMatches(layer.chainId, word) ||
          idMatches(layer.diffId, word) ||
          layer.blobs.some(({ digest }) => idMatches(digest, word)),
      );
      if (matches) layers.add(layer.chainId);
    }
  }
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
      image.layers.some((chainId) => layers.has(chainId))
    );
  });
  return { images, ids: new Set(images.map(({ id }) => id)), layers };
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
