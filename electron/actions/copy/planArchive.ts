import { basename } from 'node:path';
import { addBytes } from '../../../shared/image/bytes';
import { hexOf, parseDigest, type ChainId, type Digest } from '../../../shared/image/digest';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { nameDigest } from '../../../shared/graph/nameDigest';
import { displayName } from '../../../shared/graph/sharing';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { parseManifest } from '../../../shared/image/manifest';
import { isEncryptedLayerType, isIndexType, mediaType } from '../../../shared/image/mediaType';
import { tagName, wholeName } from '../../../shared/image/layoutName';
import { platformText } from '../../../shared/image/platform';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { MovedFrom, OtherManifests, OtherPlatforms } from '../../../shared/ipc/operation';
import { exports as formats } from '../../export/exports';
import { blobMember } from '../../export/ociArchive';
import type {
  ExportImage,
  ExportLayer,
  ExportPlan,
  HeldLayers,
  ImageExport,
  WrittenLayer,
} from '../../export/imageExport';
import type { OutCompression } from '../../tar/compress';
import type { ActionContext } from '../ground/context';
import { blobToRead } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { subjectOf } from '../images/referrers';
import { resolveAt, type ResolvedImage } from '../images/resolveImage';
import { newCut } from '../making/tagLayer';
import { imageDocuments } from '../making/addImage';
import type { BlobReader } from '../../store/contentStore';
import { cutImage } from '../../../shared/graph/cutImage';
import { nameOfRoot, readStoreView, type StoreView } from '../images/storeView';

/** How layers are written: `kept` leaves them as they are stored wherever the format can hold them. */
export type SaveCompression = 'kept' | OutCompression;

/** What to put into an archive, and how. */
export interface ArchiveRequest {
  /** Names or IDs; a name writes that name only, an ID all names of the image, the digest of a manifest in an index that platform alone, `IMG@LAYER` the layers up to that one without a name. */
  readonly what: readonly string[];
  /**
   * As commands are asked: an ID or the digest of a manifest is that one image and takes no name and no other platform along, the digest of an
   * index is all of it without a name. Without it an ID stands for everything that its image is listed as.
   */
  readonly exact?: boolean;
  readonly format: ImageExport['format'];
  /** `kept` when left out. A docker-archive takes no zstd: Docker before 23 cannot read it. */
  readonly compression?: SaveCompression;
  /** Layers to leave out, since the target has them. */
  readonly held?: HeldLayers;
  /** `OS/ARCH[/VARIANT]`: of names for several platforms this one alone, in every form. */
  readonly platform?: string | null;
}

/** What a save would write. */
export interface SavePlan {
  readonly images: number;
  readonly layers: number;
  /** Bytes of the archive; of one whose layers are yet to be compressed, what it would be with plain ones. */
  readonly bytes: number;
  /** Whether `bytes` is what will be written. */
  readonly exact: boolean;
  /** Layers that are left out, and their bytes in the archive that would hold them. */
  readonly leftOut: { readonly layers: number; readonly bytes: number };
  /** Platforms that a docker-archive has no room for, and nobody chose to leave out. */
  readonly otherPlatforms: readonly OtherPlatforms[];
  /** Names of several images of a docker-archive, each with the platform that has it there and those that are there without it. */
  readonly sharedNames: readonly OtherPlatforms[];
  /** Names that a docker-archive does not take: no reader of one would. */
  readonly namesLeftOut: readonly string[];
  /** Signatures and other artifacts that are left out: a docker-archive has no room for any, a layout for none of a document that is not in it as they know it. */
  readonly lostReferrers: number;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
  /** See {@link listedIn}. */
  readonly listed: readonly string[];
  /** As of a save. */
  readonly movedNames?: readonly string[];
  readonly movedFrom?: MovedFrom;
  readonly otherManifests?: OtherManifests;
}

const nothingHeld: HeldLayers = { layers: new Map(), chains: new Map() };

interface Picked {
  readonly image: ImageNode;
  /** Roots that are meant. */
  readonly roots: Set<Digest>;
  readonly names: Set<string>;
  /** The manifest that was named by its digest, of an index with others; null where all of the roots is meant. */
  manifest: Digest | null;
}

/**
 * The entry of the list that an image by its ID is of, and its manifest there where others stand beside it. Of several one whose layers
 * are plain before an encrypted one, one with a name before an earlier form without, and a manifest by itself before one in an index.
 */
function entryById(
  view: StoreView,
  image: ImageNode,
): { readonly root: Digest; readonly manifest: Digest | null } | null {
  const own = new Set(image.layers);
  const plain = view.graph.layers.flatMap(({ chainId, blobs }) =>
    own.has(chainId)
      ? [blobs.filter((each) => !isEncryptedLayerType(each.mediaType)).map(({ digest }) => digest)]
      : [],
  );
  const isPlain = (root: Digest): boolean =>
    plain.every((blobs) => blobs.some((digest) => view.closures.get(root)?.has(digest)));
  const withName = new Set(image.names.map((name) => nameDigest(image, name)));
  const isByItself = (root: Digest): boolean => image.manifests.includes(root);
  const [root] = [...image.roots].sort(
    (one, other) =>
      Number(isPlain(other)) - Number(isPlain(one)) ||
      Number(withName.has(other)) - Number(withName.has(one)) ||
      Number(isByItself(other)) - Number(isByItself(one)),
  );
  if (root === undefined) return null;
  const manifest = image.manifests.find((digest) => view.closures.get(root)?.has(digest)) ?? null;
  return { root, manifest: manifest === root ? null : manifest };
}

/**
 * Images with the roots that their names stand for: one image may have an encrypted and a plain one. A docker-archive has
 * room for each image once.
 */
function pick(
  view: StoreView,
  { what, format, exact = false }: Pick<ArchiveRequest, 'what' | 'format' | 'exact'>,
  platform: string | null,
): readonly Picked[] {
  const picked = new Map<string, Picked>();
  const rootOf = new Map(view.roots.map((root) => [nameOfRoot(root), root.digest]));
  const add = (
    { image, manifest = null }: { readonly image: ImageNode; readonly manifest?: Digest | null },
    root: Digest | undefined,
    name: string | null,
  ): void => {
    if (root === undefined) return;
    const key = format === 'docker-archive' ? image.id : `${image.id} ${root} ${manifest ?? ''}`;
    let entry = picked.get(key);
    if (!entry) picked.set(key, (entry = { image, roots: new Set(), names: new Set(), manifest }));
    if (manifest === null) entry.manifest = null;
    entry.roots.add(root);
    if (name !== null) entry.names.add(name);
  };
  const entryOf = ({ image, root, manifest }: ResolvedImage): { root?: Digest; manifest: Digest | null } => {
    if (root !== undefined) return { root, manifest: null };
    if (manifest === undefined) return entryById(view, image) ?? { manifest: null };
    const its = image.roots.find((each) => view.closures.get(each)?.has(manifest));
    return { ...(its !== undefined && { root: its }), manifest };
  };
  for (const text of what) {
    const found = resolveAt(view.graph, text, platform);
    const { image, name, layer } = found;
    if (layer !== null && layer !== image.top) continue;
    if (exact && name === null) {
      const { root, manifest } = entryOf(found);
      add({ image, manifest }, root, null);
      continue;
    }
    const names = name === null ? image.names : [name];
    for (const each of names) add(found, rootOf.get(each), each);
    if (names.length === 0) add(found, image.roots[0], null);
  }
  return [...picked.values()];
}

function toExport(
  view: StoreView,
  byChain: ReadonlyMap<ChainId, LayerNode>,
  { image, roots, names, manifest: named }: Picked,
  format: ImageExport['format'],
): ExportImage {
  const root = view.roots.find(({ digest }) => roots.has(digest));
  const own = new Set([...roots].flatMap((each) => [...(view.closures.get(each)?.keys() ?? [])]));
  const manifest = image.manifests.find((digest) => own.has(digest) && (named ?? digest) === digest);
  if (!root || !manifest) throw problem('image-not-found', { name: displayName(image) });
  return {
    root,
    names: [...names].sort(),
    referrers: view.referrers.get(root.digest) ?? [],
    id: image.id,
    manifest,
    layers: image.layers.map((chainId) => {
      const node = byChain.get(chainId);
      // Of several blobs of a layer those of these roots, so that what is encrypted does not go out plain.
      const blobs = node?.blobs.filter((each) => each.missing !== undefined || own.has(each.digest)) ?? [];
      const layer = node && { ...node, blobs };
      // A layout lists a layer that is elsewhere as its manifest does; a docker-archive has to hold it.
      const blob = layer && (format === 'docker-archive' ? blobToRead(layer) : layer.blobs[0]);
      if (!layer || !blob) throw problem('layer-not-found', { name: chainId });
      const { digest, size, mediaType: type } = blob;
      return { blob: digest, size, diffId: layer.diffId, mediaType: type, chainId };
    }),
  };
}

/**
 * An image with the manifest of its own platform for a root, without what is about others: an archive of one platform
 * lists no index.
 */
async function alone({ store }: ActionContext, image: ExportImage): Promise<ExportImage> {
  if (!isIndexType(image.root.mediaType)) return image;
  const bytes = await store.readDocument(image.manifest);
  const { mediaType: type = mediaType.ociManifest } = parseManifest(bytes, storedOrigin(image.manifest));
  const subjects = await Promise.all(image.referrers.map((each) => subjectOf(store, each)));
  return {
    ...image,
    root: { mediaType: type, digest: image.manifest, size: bytes.length },
    referrers: image.referrers.filter((_, i) => subjects[i] === image.manifest),
    aboutIndex: subjects.filter((subject) => subject === image.root.digest).length,
  };
}

/**
 * Images that are named up to a layer (`IMG@LAYER`), as `tag` would make them, with the documents that the store need not have,
 * by digest, and what people call them.
 */
async function cutImages(
  context: ActionContext,
  view: StoreView,
  what: readonly string[],
  platform: string | null,
): Promise<{
  readonly images: readonly ExportImage[];
  readonly made: ReadonlyMap<Digest, Uint8Array>;
  readonly names: readonly string[];
}> {
  const images = new Map<string, ExportImage>();
  const made = new Map<Digest, Uint8Array>();
  const names = new Map<string, string>();
  const byChain = new Map(view.graph.layers.map((node) => [node.chainId, node]));
  for (const text of what) {
    const { image, layer } = resolveAt(view.graph, text, platform);
    if (layer === null || layer === image.top) continue;
    const cut = cutImage(image, layer);
    const built = await newCut(context, image, cut);
    const { id, root, config, manifest } = imageDocuments(built);
    made.set(parseDigest(id), config);
    made.set(root.digest, manifest);
    names.set(id, displayName(cut));
    images.set(id, {
      root,
      names: [],
      referrers: [],
      id,
      manifest: root.digest,
      layers: cut.layers.flatMap((chainId, i) => {
        const descriptor = built.layers[i];
        const node = byChain.get(chainId);
        if (!descriptor || !node) return [];
        const { digest, size, mediaType: type } = descriptor;
        return [{ blob: digest, size, diffId: node.diffId, mediaType: type, chainId }];
      }),
    });
  }
  return { images: [...images.values()], made, names: [...names.values()] };
}

/** A store that has further documents. */
const withDocuments = (store: BlobReader, made: ReadonlyMap<Digest, Uint8Array>): BlobReader => ({
  sizeOf: async (digest) => made.get(digest)?.length ?? (await store.sizeOf(digest)),
  pathOf: (digest) => store.pathOf(digest),
  fileOf: (blob) => store.fileOf(blob),
  readDocument: async (digest, limit) => made.get(digest) ?? (await store.readDocument(digest, limit)),
});

/** A name as a docker-archive has it; null for what is none there. */
type NameThere = (name: string) => string | null;

/**
 * Takes a name from all but one of the images that were picked with it, in whatever words: a docker-archive gives a name to one image, and
 * what loads it would leave it to whichever comes last. The one that is listed under that very name has it before those whose bare tag
 * comes to the same there, and of several the platform of this machine, as where the name alone is asked for; answers who is there without it.
 */
function nameOnce(view: StoreView, picked: readonly Picked[], whole: NameThere): readonly OtherPlatforms[] {
  const holders = new Map<string, Map<Picked, string[]>>();
  for (const each of picked)
    for (const name of each.names) {
      const there = whole(name) ?? name;
      const own = holders.get(there) ?? new Map<Picked, string[]>();
      holders.set(there, own.set(each, [...(own.get(each) ?? []), name]));
    }
  return [...holders].flatMap(([there, own]) => {
    const all = [...own.keys()];
    const spelled = [...own.values()].flat();
    const [first = there] = spelled;
    if (all.length < 2) return [];
    const name = spelled.find((each) => tagName(each) === there) ?? first;
    const usual = resolveAt(view.graph, name, null).image.id;
    const having = all.filter((each) => own.get(each)?.includes(name));
    const one = having.find(({ image }) => image.id === usual) ?? having[0];
    const others = all.filter((each) => each !== one);
    for (const each of others) for (const word of own.get(each) ?? []) each.names.delete(word);
    if (!one) return [];
    // Two of the same platform are told apart by their IDs.
    const isOfMany = new Set(all.map(({ image }) => platformText(image))).size < all.length;
    const text = ({ image }: Picked): string =>
      platformText(image) + (isOfMany ? ` (${hexOf(image.id).slice(0, 12)})` : '');
    return [{ name: there, platform: text(one), others: others.map(text) }];
  });
}

/** What of the platforms under the names that were picked a docker-archive does not hold. */
function platformsLeft(view: StoreView, picked: readonly Picked[]): readonly OtherPlatforms[] {
  const kept = new Set(picked.map(({ image }) => image.id));
  const byRoot = new Map<Digest, ImageNode[]>();
  for (const image of view.graph.images)
    for (const root of image.roots) byRoot.set(root, [...(byRoot.get(root) ?? []), image]);
  return picked.flatMap(({ image, roots, names: [name] }) => {
    const others = [...roots].flatMap((root) => byRoot.get(root) ?? []).filter(({ id }) => !kept.has(id));
    const texts = [...new Set(others.map(platformText))];
    if (texts.length === 0) return [];
    return [{ name: name ?? displayName(image), platform: platformText(image), others: texts }];
  });
}

/** An archive as it would be written. */
export interface ArchivePlan {
  readonly plan: ExportPlan;
  /** How people know the images, in the order asked for. */
  readonly names: readonly string[];
  readonly images: readonly ExportImage[];
  /** Platforms that a docker-archive has no room for, and nobody chose to leave out. */
  readonly otherPlatforms: readonly OtherPlatforms[];
  /** See {@link SavePlan}. */
  readonly sharedNames: readonly OtherPlatforms[];
  /** Names that a docker-archive does not take: no reader of one would. */
  readonly namesLeftOut: readonly string[];
  /** Signatures and other artifacts that are left out: a docker-archive has no room for any, a layout for none of a document that is not in it as they know it. */
  readonly lostReferrers: number;
}

/** All names under which images are written, each once, and the ID of every image that is written without one. */
export const listedIn = (images: readonly Pick<ExportImage, 'id' | 'names'>[]): readonly string[] => [
  ...new Set(images.flatMap(({ id, names }): readonly string[] => (names.length === 0 ? [id] : names))),
];

/** Makes layers ready to be written, by diff ID; those that it does not give are written plain. See `compressLayers.ts`. */
export type LayerWriter = (layers: readonly ExportLayer[]) => Promise<ReadonlyMap<string, WrittenLayer>>;

/** A layer as its tar, decompressed on the way where it is stored compressed. */
export async function plainLayer(context: ActionContext, layer: ExportLayer): Promise<WrittenLayer> {
  const stored = { digest: layer.blob, size: layer.size };
  const { facts } = await openStoredLayer(context, stored);
  const plain = (layer.blob as string) === layer.diffId;
  return {
    digest: parseDigest(layer.diffId),
    size: facts.tarSize,
    compression: 'none',
    file: context.store.fileOf(stored),
    fileSize: layer.size,
    decompress: !plain,
  };
}

/**
 * Plans an archive of images. `write` compresses layers; without it they are planned as plain ones. `spell` changes the
 * names in the archive. Throws `image-not-found`, `image-ambiguous`, `platform-not-found`, `nothing-to-save`,
 * `request-invalid`.
 */
export async function planArchive(
  context: ActionContext,
  { what, exact = false, format, compression = 'kept', held = nothingHeld, platform = null }: ArchiveRequest,
  { write, spell = (name) => name }: { write?: LayerWriter; spell?: (name: string) => string } = {},
): Promise<ArchivePlan> {
  if (format === 'docker-archive' && compression === 'zstd')
    throw problem('request-invalid', { what: 'save', reason: 'compression', place: '' });
  const view = await readStoreView(context);
  const picked = pick(view, { what, exact, format }, platform);
  const { label = basename(context.store.directory) } = context;
  const whole: NameThere = (name) => wholeName(name, label);
  const sharedNames = format === 'docker-archive' ? nameOnce(view, picked, whole) : [];
  const cuts = await cutImages(context, view, what, platform);
  if (picked.length + cuts.images.length === 0) throw new ProblemError('nothing-to-save');
  const store = withDocuments(context.store, cuts.made);
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  const entries = await Promise.all(
    picked.map(async (entry) => {
      const found = toExport(view, byChain, entry, format);
      const image = platform === null && entry.manifest === null ? found : await alone(context, found);
      if (format === 'oci-archive') return { ...image, names: image.names.map(spell) };
      return { ...image, names: [...new Set(image.names.flatMap((name) => whole(name) ?? []))].map(spell) };
    }),
  );
  const unfit = format === 'oci-archive' ? [] : picked.flatMap((each) => [...each.names]);
  const namesLeftOut = unfit.filter((name) => whole(name) === null);
  const images = [...entries, ...cuts.images];
  const form = formats[format];
  const plain = (layer: ExportLayer): Promise<WrittenLayer> => plainLayer(context, layer);
  const kept = compression === 'kept';
  const draft = { kept, plain, written: plain, held, made: cuts.made };
  let plan = await form.plan(images, store, draft);
  if (write && !kept) {
    const absent = new Set(plan.leftOut.map(({ diffId }) => diffId));
    const layers = (await form.layers(images, store)).filter(({ diffId }) => !absent.has(diffId));
    const ready = await write(layers);
    const written = (layer: ExportLayer): Promise<WrittenLayer> =>
      Promise.resolve(ready.get(layer.diffId) ?? plain(layer));
    plan = await form.plan(images, store, { ...draft, written });
  }
  const names = [...picked.map(({ image, names: [first] }) => first ?? displayName(image)), ...cuts.names];
  const otherPlatforms =
    format === 'docker-archive' && platform === null
      ? platformsLeft(
          view,
          picked.filter(({ manifest }) => manifest === null),
        )
      : [];
  // Layers that are yet to be compressed stand in the plan as plain ones, whose manifest may be the one that is stored.
  const isAnew = !write && (compression === 'gzip' || compression === 'zstd');
  const lostReferrers = lostIn(isAnew || format === 'docker-archive' ? [] : plan.members, images);
  return { plan, names, images, otherPlatforms, sharedNames, namesLeftOut, lostReferrers };
}

/** Artifacts that are about images of a plan and not in it: what they are about is not there, or was written anew, or the form has no room for any. */
function lostIn(members: ExportPlan['members'], images: readonly ExportImage[]): number {
  const written = new Set(members.map(({ name }) => name));
  const lost = images
    .flatMap(({ referrers }) => referrers)
    .filter(({ digest }) => !written.has(blobMember(digest)));
  const aboutIndex = images.reduce((sum, image) => sum + (image.aboutIndex ?? 0), 0);
  return new Set(lost.map(({ digest }) => digest)).size + aboutIndex;
}

/** What a save would write. Throws what {@link planArchive} throws. */
export async function planSave(context: ActionContext, request: ArchiveRequest): Promise<SavePlan> {
  return savePlanOf(await planArchive(context, request), request);
}

/** What an archive that was planned without compressing anything would be, to whoever asks. */
export function savePlanOf(
  { plan, images, names, otherPlatforms, sharedNames, namesLeftOut, lostReferrers }: ArchivePlan,
  { compression = 'kept' }: Pick<ArchiveRequest, 'compression'>,
): SavePlan {
  return {
    images: images.length,
    layers: plan.layers,
    bytes: plan.bytes,
    exact: compression === 'kept' || compression === 'none',
    leftOut: {
      layers: plan.leftOut.length,
      bytes: plan.leftOut.reduce((sum, { size }) => addBytes(sum, size), 0),
    },
    otherPlatforms,
    sharedNames,
    namesLeftOut,
    lostReferrers,
    names,
    listed: listedIn(images),
  };
}
