import type { ChainId, ImageId } from '../../shared/image/digest';
import type { ImageGraph, ImageNode, LayerNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';

/** An image that a person named, and the name when it was one. */
export interface ResolvedImage {
  readonly image: ImageNode;
  /** The familiar name that was used; null when it was named by an ID or a digest. */
  readonly name: string | null;
}

/** Shortest part of an ID that counts as one. */
const shortestId = 2;

function idPart(text: string): string | null {
  const hex = text.startsWith('sha256:') ? text.slice(7) : text;
  return /^[0-9a-f]{2,64}$/.test(hex) && hex.length >= shortestId ? hex : null;
}

/**
 * Finds an image as Docker does: by name in any spelling (no tag means `latest`), by ID or the beginning of one, by
 * manifest digest (`name@sha256:…` or bare). A name wins over an ID. Throws `image-not-found`, `image-ambiguous`.
 */
export function resolveImage(graph: ImageGraph, text: string): ResolvedImage {
  const byName = findByName(graph, text);
  if (byName) return byName;
  const hex = idPart(text.includes('@') ? text.slice(text.indexOf('@') + 1) : text);
  if (hex === null) throw problem('image-not-found', { name: text });
  const starts = (digest: string): boolean => digest.startsWith(hex, 7);
  let found = graph.images.filter(({ id }) => starts(id));
  if (found.length === 0) {
    found = graph.images.filter(({ manifests, roots }) => manifests.some(starts) || roots.some(starts));
  }
  if (found.length > 1) {
    throw problem('image-ambiguous', { name: text, matches: found.slice(0, 5).map(displayName).join(', ') });
  }
  const [image] = found;
  if (!image) throw problem('image-not-found', { name: text });
  return { image, name: null };
}

function findByName(graph: ImageGraph, text: string): ResolvedImage | null {
  let wanted: string;
  try {
    const reference = parseReference(text);
    if (reference.digest !== null) return null;
    wanted = reference.familiar;
  } catch {
    return null;
  }
  const image = graph.images.find(({ names }) => names.includes(wanted));
  return image ? { image, name: wanted } : null;
}

/** An image by its full ID. Throws `image-not-found`. */
export function imageById(graph: ImageGraph, id: ImageId): ImageNode {
  const image = graph.images.find((candidate) => candidate.id === id);
  if (!image) throw problem('image-not-found', { name: id });
  return image;
}

/** A layer by chain ID, diff ID or blob digest, or the beginning of one. Null when there is none. */
export function resolveLayer(graph: ImageGraph, text: string): LayerNode | null {
  const hex = idPart(text);
  if (hex === null) return null;
  const starts = (digest: string): boolean => digest.startsWith(hex, 7);
  const found =
    graph.layers.find(({ chainId }) => starts(chainId)) ??
    graph.layers.find(({ diffId, blobs }) => starts(diffId) || blobs.some(({ digest }) => starts(digest)));
  return found ?? null;
}

/** A layer by its chain ID. Throws `layer-not-found`. */
export function layerById(graph: ImageGraph, chainId: ChainId): LayerNode {
  const layer = graph.layers.find((candidate) => candidate.chainId === chainId);
  if (!layer) throw problem('layer-not-found', { name: chainId });
  return layer;
}
