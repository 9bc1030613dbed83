import type { ChainId, Digest, ImageId } from '../../../shared/image/digest';
import type { ImageGraph, ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { findName, imagesByName } from '../../../shared/graph/imagesByName';
import { nameDigest, splitRepoDigest } from '../../../shared/graph/nameDigest';
import { cutImage } from '../../../shared/graph/cutImage';
import { displayName } from '../../../shared/graph/sharing';
import { pickPlatform, platformText } from '../../../shared/image/platform';
import { problem } from '../../../shared/image/problem';
import { parseReference, readsAsDigest, splitName } from '../../../shared/image/reference';
import { transportOf } from '../../../shared/image/transport';
import { maskedWord } from '../../../shared/text/maskedAddress';
import { hostArchitecture } from '../../system/hostArchitecture';

/** An image that a person named, and the name when it was one. */
export interface ResolvedImage {
  readonly image: ImageNode;
  /** The familiar name that was used; null when it was named by an ID or a digest. */
  readonly name: string | null;
  /** The images of other platforms under the same name or digest, in the order of their index. */
  readonly siblings: readonly ImageNode[];
  /** The manifest that was named by its digest, where it stands in an index with others: this platform alone is meant. */
  readonly manifest?: Digest;
  /** The entry of the list that was named by its digest: an index with all of its platforms, or a manifest that stands there by itself. */
  readonly root?: Digest;
}

/**
 * Of the images under one name the one for `platform` (`OS/ARCH` or `OS/ARCH/VARIANT`); without it the one for this
 * machine, else the first. Throws `platform-not-found`.
 */
function choose(
  found: readonly ImageNode[],
  text: string,
  name: string | null,
  platform: string | null,
): ImageNode {
  const listed = (image: ImageNode): string => {
    const root = nameDigest(image, name);
    return (root === null ? undefined : image.listed?.[root]) ?? platformText(image);
  };
  const image =
    platform === null
      ? (pickPlatform(found, `linux/${hostArchitecture}`, listed) ?? found[0])
      : pickPlatform(found, platform, listed);
  if (image) return image;
  const known = found.map(platformText).join(', ');
  throw problem('platform-not-found', { name: text, platform: platform ?? '', known });
}

/** Shortest part of an ID that counts as one. */
const shortestId = 2;
/** What counts as the number of a layer and no beginning of an ID. */
const layerDigits = /^[1-9][0-9]{0,2}$/;
/** Digits of an abbreviated ID, as lists print it. */
export const printedId = 12;

export function idPart(text: string): string | null {
  const hex = text.startsWith('sha256:') ? text.slice(7) : text;
  return /^[0-9a-f]{2,64}$/.test(hex) && hex.length >= shortestId ? hex : null;
}

/** An image, or one layer of it alone. */
export type ImageOrLayer = ImageId | { readonly image: ImageId; readonly layer: ChainId };

/** Where images are looked for; with layers, so that a word that names one is told from one that names nothing. */
type Named = Images & Partial<Pick<ImageGraph, 'layers'>>;

/** The same where layers are of no use; of whose images they are says how names are meant. */
type Images = Pick<ImageGraph, 'images'> & Partial<Pick<ImageGraph, 'source'>>;

/**
 * Finds an image, in this order: by ID or manifest digest (`sha256:…`, bare, or `name@sha256:…`), whole or abbreviated to
 * no fewer digits than are printed; by name in any spelling (no tag means `latest`); by a shorter beginning of an ID or a
 * digest. Docker asks for names before abbreviations: there an archive can take the ID that somebody is about to type as a
 * name of its own. Where several platforms are under it, `platform` says which; without it that of this machine, else the
 * first. Throws `image-not-found`, `image-ambiguous`, `platform-not-found`; for `IMG@LAYER`, which whoever calls this has no
 * use for, `layer-not-image` or `layer-not-found`.
 */
export function resolveImage(graph: Named, text: string, platform: string | null = null): ResolvedImage {
  const found = findImage(graph, text, platform);
  if (found) return found;
  const at = text.lastIndexOf('@');
  const whole = at < 0 ? null : findImage(graph, text.slice(0, at), platform);
  if (whole && graph.layers) {
    const word = text.slice(at + 1);
    const layer = findLayer({ layers: graph.layers }, whole.image, word);
    if (layer !== null)
      throw problem('layer-not-image', {
        name: text,
        image: text.slice(0, at),
        layer: word,
        ...(graph.source?.kind === 'engine' && { there: true as const }),
      });
    if (!word.startsWith('sha256:')) throw noLayer(whole, word);
  }
  const transport = transportOf(text);
  throw transport
    ? problem('transport-word', {
        text: maskedWord(text),
        transport: transport.transport,
        rest: maskedWord(transport.rest),
      })
    : problem('image-not-found', { name: maskedWord(text) });
}

/** As {@link resolveImage}; null where there is none. Throws `image-ambiguous`, `platform-not-found`. */
function findImage(graph: Images, text: string, platform: string | null): ResolvedImage | null {
  // Behind an `@` Docker takes whole digests alone; a short one is more likely a layer's (`resolveAt`).
  const behind = text.includes('@') ? text.slice(text.lastIndexOf('@') + 1) : null;
  const isDigest = behind === null || (behind.startsWith('sha256:') && behind.length >= 7 + printedId);
  const hex = isDigest ? idPart(behind ?? text) : null;
  const byId = (digits: string): ResolvedImage | null => {
    const found = findById(graph, text, digits, platform);
    const isMeant =
      behind === null ||
      !found ||
      isOfRepository([found.image, ...found.siblings], text.slice(0, -behind.length - 1));
    return isMeant ? found : null;
  };
  const whole = hex !== null && hex.length >= printedId ? byId(hex) : null;
  if (whole) return whole;
  const byName = findByName(graph, text);
  if (byName) return resolved(byName.found, text, byName.name, platform);
  return hex === null ? null : byId(hex);
}

/** Whether one of these images has a name of a repository, which stands before a digest; one without any name has no other either. */
function isOfRepository(images: readonly ImageNode[], text: string): boolean {
  /** Null for what is no reference: names of foreign layouts may be none. */
  const repositoryOf = (name: string): string | null => {
    try {
      const { registry, repository } = parseReference(name);
      return `${registry}/${repository}`;
    } catch {
      return null;
    }
  };
  const names = images.flatMap((image) => image.names);
  if (names.length === 0 || names.some((name) => splitName(name).repository === text)) return true;
  const wanted = repositoryOf(text);
  return wanted !== null && names.some((name) => repositoryOf(name) === wanted);
}

/** The image whose ID or digest begins with hex digits; null for none. Throws `image-ambiguous`, `platform-not-found`. */
function findById(
  graph: Pick<ImageGraph, 'images'>,
  text: string,
  hex: string,
  platform: string | null,
): ResolvedImage | null {
  const whole = imagesById(graph).get(`sha256:${hex}`);
  if (whole) return resolved([whole], text, null, platform);
  const starts = (digest: string): boolean => digest.startsWith(hex, 7);
  let found = graph.images.filter(({ id }) => starts(id));
  if (found.length === 0) {
    found = graph.images.filter(
      ({ manifests, roots, repoDigests }) =>
        manifests.some(starts) ||
        roots.some(starts) ||
        repoDigests?.some((known) => starts(splitRepoDigest(known).digest ?? '')),
    );
  }
  const [one] = found;
  const isOfOneRoot = one?.roots.some(
    (root) => starts(root) && found.every(({ roots }) => roots.includes(root)),
  );
  if (found.length > 1 && isOfOneRoot !== true) {
    throw problem('image-ambiguous', { name: text, matches: found.slice(0, 5).map(displayName).join(', ') });
  }
  if (!one) return null;
  const manifest = one.manifests.find(starts);
  const root = starts(one.id) ? undefined : one.roots.find(starts);
  const isAlone = manifest !== undefined && !starts(one.id) && root === undefined;
  return {
    ...resolved(found, text, null, platform),
    ...(isAlone && { manifest }),
    ...(root !== undefined && { root }),
  };
}

function resolved(
  found: readonly ImageNode[],
  text: string,
  name: string | null,
  platform: string | null,
): ResolvedImage {
  const image = choose(found, text, name, platform);
  return { image, name, siblings: found.filter((other) => other !== image) };
}

const known = new WeakMap<readonly ImageNode[], ReadonlyMap<string, ImageNode>>();

/** The images of a graph by ID: whoever names thousands of them looks through them once. */
function imagesById({ images }: Pick<ImageGraph, 'images'>): ReadonlyMap<string, ImageNode> {
  let found = known.get(images);
  if (!found) known.set(images, (found = new Map(images.map((image) => [image.id, image]))));
  return found;
}

/** The name that a word without a registry stands for in Podman: what is built or loaded there without one is of `localhost`. */
function findLocal({ images, source }: Images, text: string): string | null {
  const hasRegistry = /^(?:localhost\/|[^/]*[.:][^/]*\/)/.test(text);
  const isPodman = source?.kind === 'engine' && source.engine === 'podman';
  return isPodman && !hasRegistry ? findName(images, `localhost/${text}`) : null;
}

/** All images that have a name, or null when the text is no name or nobody has it. */
function findByName(
  graph: Images,
  text: string,
): { readonly found: readonly ImageNode[]; readonly name: string } | null {
  // Whoever writes a digest or an ID means that; a name of a foreign layout may read like one.
  if (text.includes('@') || readsAsDigest(text) || /^[0-9a-f]{64}$/.test(text)) return null;
  const name = findName(graph.images, text) ?? findLocal(graph, text);
  const found = name === null ? undefined : imagesByName(graph.images).get(name);
  return found && name !== null ? { found, name } : null;
}

/** An image by its full ID; with `upTo` as it was at that layer. Throws `image-not-found`, `layer-not-found`. */
export function imageById(
  graph: ImageGraph,
  id: ImageId,
  upTo: ChainId | null | undefined = null,
): ImageNode {
  const image = imagesById(graph).get(id);
  if (!image) throw problem('image-not-found', { name: id });
  return cutImage(image, upTo ?? null);
}

/** An image that a person named, and the layer of it that was named behind `@`; null where none was. */
export interface ResolvedAt extends ResolvedImage {
  readonly layer: ChainId | null;
}

/**
 * What `IMG[@LAYER]` names; the one reader of such words. What follows an `@` and is no digest of an image is a layer of the
 * image before it: its number from the base, 1 up, or an ID of it or the beginning of one. Throws as {@link resolveImage} does, and
 * `layer-not-found`.
 */
export function resolveAt(
  graph: Images & Pick<ImageGraph, 'layers'>,
  text: string,
  platform: string | null = null,
): ResolvedAt {
  const at = text.lastIndexOf('@');
  const image = findImage(graph, text, platform);
  if (image || at < 0) return { ...(image ?? resolveImage(graph, text, platform)), layer: null };
  const found = resolveImage(graph, text.slice(0, at), platform);
  const layer = findLayer(graph, found.image, text.slice(at + 1));
  if (layer === null) throw noLayer(found, text.slice(at + 1));
  return { ...found, layer };
}

const noLayer = ({ image, name }: ResolvedImage, word: string): Error =>
  problem('layer-not-found', {
    name: word,
    image: name ?? displayName(image),
    layers: image.layers.length,
  });

/** A layer of an image: by number from the base, 1 up, or by an ID or its beginning. Throws `layer-not-found`. */
export function layerOf(graph: Pick<ImageGraph, 'layers'>, image: ImageNode, word: string): ChainId {
  const layer = findLayer(graph, image, word);
  if (layer === null) throw noLayer({ image, name: null, siblings: [] }, word);
  return layer;
}

/** As {@link layerOf}; null where there is none. */
function findLayer(graph: Pick<ImageGraph, 'layers'>, image: ImageNode, word: string): ChainId | null {
  const hex = word.replace(/^sha256:/, '');
  const own = new Set(image.layers);
  const nodes = new Map(
    graph.layers.flatMap((layer) => (own.has(layer.chainId) ? [[layer.chainId, layer] as const] : [])),
  );
  const layer = layerDigits.test(word)
    ? image.layers[Number(word) - 1]
    : image.layers.find((chainId) => {
        const node = nodes.get(chainId);
        const ids = node ? [chainId, node.diffId, ...node.blobs.map(({ digest }) => digest)] : [];
        return /^[0-9a-f]{2,64}$/.test(hex) && ids.some((id) => id.startsWith(hex, 7));
      });
  return layer ?? null;
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
