import { exactJson } from '../../../shared/image/exactJson';
import type { Digest, ImageId } from '../../../shared/image/digest';
import { parseImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { JsonObject } from '../../../shared/image/jsonDocument';
import { layerMediaType, mediaType } from '../../../shared/image/mediaType';
import type { OciDescriptor } from '../../../shared/image/manifest';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { digestOf } from '../../store/sha256';
import type { Ingest } from '../../store/contentStore';
import type { OutCompression } from '../../tar/compress';
import type { ActionContext, Run } from '../ground/context';
import { imageLayers } from '../images/imageLayers';
import { NameTable } from '../images/indexNames';
import { readStoreView } from '../images/storeView';
import { checkHolder, withName } from '../images/tagImages';

/** An image to be made: a config, and the layers that it lists. */
export interface NewImage {
  /** The whole config document. */
  readonly config: JsonObject;
  /** Layers from the base up; each is in the store or staged in the ingest. */
  readonly layers: readonly { readonly digest: Digest; readonly size: number; readonly mediaType: string }[];
  /** Null makes a dangling image. */
  readonly reference: string | null;
  /** Who was shown to have that name, see {@link checkHolder}. */
  readonly holder?: ImageId | null | undefined;
  /** Told of the image just before it is in the index. */
  readonly announce?: (id: ImageId) => Promise<void>;
}

/** What adding came to. */
export interface AddedImage {
  readonly id: ImageId;
  /** The name in its familiar spelling; null for a dangling image. */
  readonly name: string | null;
  /** The image that had the name before; null when nobody had it. */
  readonly movedFrom: ImageId | null;
}

/** Descriptors of an image's layers as they are stored. Throws `layer-not-found`. */
export async function layerDescriptors(
  context: ActionContext,
  image: ImageNode,
): Promise<NewImage['layers']> {
  return imageLayers(await readStoreView(context), image).map(({ blob }) => ({
    digest: blob.digest,
    size: blob.size,
    mediaType: blob.mediaType,
  }));
}

/** A base of Docker's own types makes a Docker manifest; one document never mixes the two families. */
function documentTypes(layers: NewImage['layers']): { manifest: string; config: string; layer: string } {
  const docker = layers.length > 0 && layers[0]?.mediaType.includes('vnd.docker.') === true;
  return docker
    ? { manifest: mediaType.dockerManifest, config: mediaType.dockerConfig, layer: mediaType.dockerLayer }
    : { manifest: mediaType.ociManifest, config: mediaType.ociConfig, layer: mediaType.ociLayer };
}

/** The media type of a new layer beside others, in their family: a plain one's where it has none for the compression. */
export function layerTypeBeside(layers: NewImage['layers'], compression: OutCompression): string {
  const docker = documentTypes(layers).layer === mediaType.dockerLayer;
  const type = layerMediaType(docker && compression === 'zstd' ? 'none' : compression);
  return familyType(type ?? mediaType.ociLayer, docker);
}

/** A layer's media type in the family of its manifest; a type that only one family has stays as it is. */
function familyType(type: string, docker: boolean): string {
  const pairs = [
    [mediaType.dockerLayer, mediaType.ociLayer],
    [mediaType.dockerLayerGzip, mediaType.ociLayerGzip],
  ] as const;
  const pair = pairs.find((each) => (each as readonly string[]).includes(type));
  return pair ? pair[docker ? 0 : 1] : type;
}

/** The documents of a new image, and the descriptor of its manifest. */
export interface ImageDocuments {
  readonly id: ImageId;
  readonly root: OciDescriptor;
  readonly config: Uint8Array;
  readonly manifest: Uint8Array;
}

/** Writes a new image down; the lowest layer decides the family of media types. */
export function imageDocuments({ config: document, layers }: Omit<NewImage, 'reference'>): ImageDocuments {
  const types = documentTypes(layers);
  const docker = types.manifest === mediaType.dockerManifest;
  const encoder = new TextEncoder();
  const config = encoder.encode(exactJson(document));
  const digest = digestOf(config);
  const manifest = encoder.encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: { mediaType: types.config, digest, size: config.length },
      layers: layers.map((layer) => ({
        mediaType: familyType(layer.mediaType, docker),
        digest: layer.digest,
        size: layer.size,
      })),
    }),
  );
  const root = { mediaType: types.manifest, digest: digestOf(manifest), size: manifest.length };
  return { id: parseImageId(digest), root, config, manifest };
}

/**
 * Adds an image made of layers that are stored or staged, under a name or as a dangling one, and commits the ingest. A
 * name that another image has moves here, with `holder` from that one alone. The lowest layer decides the family of media
 * types. Throws `reference-invalid`, `shown-changed`, `blob-damaged` when a layer has gone since.
 */
export async function addImage(
  context: ActionContext,
  ingest: Ingest,
  image: NewImage,
  run: Run,
): Promise<AddedImage> {
  const reference = image.reference === null ? null : parseReference(image.reference.trim());
  if (reference?.digest)
    throw problem('reference-invalid', { text: image.reference ?? '', reason: 'digest' });
  const held = await Promise.all(
    image.layers.map(async ({ digest }) => ingest.holds(digest) || (await ingest.lease(digest))),
  );
  const missing = image.layers.find((_, i) => !held[i]);
  if (missing) throw problem('blob-damaged', { digest: missing.digest, reason: 'missing', found: '' });
  const { id, root, config, manifest } = imageDocuments(image);
  // Side by side, since each waits for the disk; both have ended before anything is given up.
  const puts = await Promise.allSettled([ingest.put(config), ingest.put(manifest)]);
  for (const put of puts) if (put.status === 'rejected') throw put.reason;
  const name = reference?.familiar ?? null;
  const view = name === null ? null : await readStoreView(context);
  const holder = view === null || name === null ? undefined : withName(view.graph, name);
  const check = view === null || name === null ? () => undefined : checkHolder(view, name, image.holder);
  if (run.signal.aborted) throw problem('cancelled', {});
  await image.announce?.(id);
  await ingest.commit((index) => {
    check(index);
    const table = new NameTable(index);
    if (name === null) table.addDangling(root);
    else table.addName(root, name);
    return table.index();
  });
  return { id, name, movedFrom: holder && holder.id !== id ? holder.id : null };
}
