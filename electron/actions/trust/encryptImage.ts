import { addBytes } from '../../../shared/image/bytes';
import type { KeyObject } from 'node:crypto';
import { displayName } from '../../../shared/graph/sharing';
import type { Digest, ImageId } from '../../../shared/image/digest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { exactJson, parseExactJson } from '../../../shared/image/exactJson';
import { storedOrigin, type JsonObject } from '../../../shared/image/jsonDocument';
import { parseManifest, type OciDescriptor } from '../../../shared/image/manifest';
import { defaultLimits, storedLimits } from '../../../shared/image/limits';
import {
  decryptedType,
  encryptedType,
  isEncryptedLayerType,
  mediaType,
} from '../../../shared/image/mediaType';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import type { Ingest } from '../../store/contentStore';
import { wholeFile } from '../../store/blobFile';
import type { ActionContext, Run } from '../ground/context';
import { addName, NameTable } from '../images/indexNames';
import { decryptBlob, encryptBlob, encryptionAnnotations } from './layerCipher';
import { imageById } from '../images/resolveImage';
import { signableImage } from './signatures';
import { readStoreView } from '../images/storeView';

/** What is to be encrypted or decrypted, and the name of what comes of it; null: without one. */
export interface CipherRequest {
  readonly image: ImageId;
  readonly name: string | null;
  readonly reference: string | null;
}

/** What encrypting or decrypting came to. */
export interface CipheredImage {
  /** The image's ID: its config, and so its diff IDs, stay. */
  readonly id: ImageId;
  readonly manifest: Digest;
  readonly name: string | null;
  /** Layers that were encrypted or decrypted. */
  readonly layers: number;
  readonly layerBytes: number;
}

type Change = (
  layer: OciDescriptor,
  ingest: Ingest,
  onBytes: (bytes: number) => void,
  /** Its place among the layers, from 0. */
  at: number,
) => Promise<OciDescriptor>;

/** What is done to which layers of an image; `none` is said where there is no such layer. */
interface Cipher {
  readonly wanted: (layer: OciDescriptor) => Promise<boolean>;
  readonly change: Change;
  readonly none: 'nothing-to-encrypt' | 'nothing-to-decrypt';
}

/** Makes another manifest of the same config, with the layers that `wanted` takes changed. */
async function remake(
  context: ActionContext,
  { image: id, name, reference }: CipherRequest,
  run: Run,
  how: Cipher,
): Promise<CipheredImage> {
  const { store } = context;
  const parsed = reference === null ? null : parseReference(reference.trim());
  if (parsed?.digest) throw problem('reference-invalid', { text: reference ?? '', reason: 'digest' });
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  // Its own manifest: names of several platforms stand for an index, and each platform is encrypted by itself.
  const { manifest: from } = signableImage(view, image, name);
  const bytes = await store.readDocument(from);
  const manifest = parseManifest(bytes, storedOrigin(from));
  const chosen = new Set<Digest>();
  for (const layer of manifest.layers) if (await how.wanted(layer)) chosen.add(layer.digest);
  if (chosen.size === 0) throw problem(how.none, { name: name ?? displayName(image) });
  const total = manifest.layers.reduce(
    (sum, { digest, size }) => addBytes(sum, chosen.has(digest) ? size : 0),
    0,
  );
  let done = 0;
  const ingest = await store.beginIngest();
  try {
    const layers: OciDescriptor[] = [];
    for (const [at, layer] of manifest.layers.entries()) {
      if (!chosen.has(layer.digest)) {
        if ((await store.sizeOf(layer.digest)) !== null) await ingest.lease(layer.digest);
        layers.push(ociLayer(layer));
        continue;
      }
      layers.push(
        await how.change(
          layer,
          ingest,
          (more) => {
            done += more;
            run.report({ phase: 'writing', done, total });
          },
          at,
        ),
      );
    }
    if (!(await ingest.lease(manifest.config.digest)))
      throw problem('blob-damaged', { digest: manifest.config.digest, reason: 'missing', found: '' });
    const document: JsonObject = {
      ...(parseExactJson(new TextDecoder().decode(bytes)) as JsonObject),
      mediaType: mediaType.ociManifest,
      config: { ...manifest.config, mediaType: mediaType.ociConfig },
      layers,
    };
    const made = await ingest.put(new TextEncoder().encode(exactJson(document)));
    const root: OciDescriptor = { mediaType: mediaType.ociManifest, ...made };
    if (run.signal.aborted) throw problem('cancelled', {});
    await ingest.commit((index) => {
      if (parsed) return addName(index, root, parsed.familiar);
      const table = new NameTable(index);
      table.addDangling(root);
      return table.index();
    });
    return {
      id,
      manifest: made.digest,
      name: parsed?.familiar ?? null,
      layers: manifest.layers.filter(({ digest }) => chosen.has(digest)).length,
      layerBytes: total,
    };
  } finally {
    await ingest.abort();
  }
}

/** A layer as an OCI manifest lists it; one document never mixes the two families. */
function ociLayer(layer: OciDescriptor): OciDescriptor {
  const { mediaType: type } = layer;
  return isEncryptedLayerType(type) ? layer : { ...layer, mediaType: decryptedType(encryptedType(type)) };
}

/**
 * Encrypts the layers of an image for recipients (RSA keys) as ocicrypt does. The old image stays; config, diff IDs and image
 * ID are the same. Layers that are encrypted already, or not here, stay as they are. Throws `image-not-found`,
 * `nothing-to-encrypt`, `blob-damaged`, `reference-invalid`, `cancelled`.
 */
export async function encryptImage(
  context: ActionContext,
  request: CipherRequest & { readonly recipients: readonly KeyObject[] },
  run: Run,
): Promise<CipheredImage> {
  const { store } = context;
  return remake(context, request, run, {
    none: 'nothing-to-encrypt',
    wanted: async ({ mediaType: type, digest }) =>
      !isEncryptedLayerType(type) && (await store.sizeOf(digest)) !== null,
    change: async (layer, ingest, onBytes) => {
      const to = ingest.newPath('encrypted');
      const files = { from: wholeFile(store.fileOf(layer)), to, signal: run.signal, onBytes };
      const { digest, size, annotations } = await encryptBlob(layer.digest, request.recipients, files);
      await ingest.adopt({ path: to, digest, size, index: null });
      return {
        mediaType: encryptedType(layer.mediaType),
        digest,
        size,
        annotations: { ...layer.annotations, ...annotations },
      };
    },
  });
}

/**
 * Decrypts the encrypted layers of an image with a private RSA key. Each is held against its HMAC and its
 * diff ID. Throws `image-not-found`, `nothing-to-decrypt`, `layer-undecipherable`, `blob-damaged`,
 * `reference-invalid`, `cancelled`.
 */
export async function decryptImage(
  context: ActionContext,
  request: CipherRequest & { readonly key: KeyObject },
  run: Run,
): Promise<CipheredImage> {
  const { store, pool } = context;
  const { diffIds } = parseImageConfig(await store.readDocument(request.image), storedOrigin(request.image));
  return remake(context, request, run, {
    none: 'nothing-to-decrypt',
    wanted: ({ mediaType: type }) => Promise.resolve(isEncryptedLayerType(type)),
    change: async (layer, ingest, onBytes, at) => {
      const [to, indexTarget] = [ingest.newPath('decrypted'), ingest.newPath('index')];
      const files = { from: wholeFile(store.fileOf(layer)), to, signal: run.signal, onBytes };
      const { digest, size } = await decryptBlob(layer.digest, layer.annotations ?? {}, request.key, files);
      const { keys, public: known } = encryptionAnnotations;
      const { [keys]: _keys, [known]: _known, ...annotations } = layer.annotations ?? {};
      const range = { file: to, offset: 0, size, label: digest, entry: digest };
      // What is under the cipher nobody has looked at yet, unless the layer is in the store as it is, too.
      const limits = (await ingest.lease(digest)) ? storedLimits : (context.limits ?? defaultLimits);
      const facts = await pool.run(
        'read-blob',
        { ...range, target: null, asLayer: true, indexTarget, limits },
        { signal: run.signal },
      );
      if (facts.digest !== digest || facts.diffId !== diffIds[at])
        throw problem('layer-undecipherable', { layer: layer.digest.slice(7, 19), reason: 'changed' });
      const staged = facts.facts === null ? null : { path: indexTarget, facts: facts.facts };
      await ingest.adopt({ path: to, digest, size, index: staged });
      return {
        mediaType: decryptedType(layer.mediaType),
        digest,
        size,
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      };
    },
  });
}
