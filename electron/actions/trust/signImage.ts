import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { calledName } from '../../../shared/graph/calledNames';
import { displayName } from '../../../shared/graph/sharing';
import type { Digest, ImageId } from '../../../shared/image/digest';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { parseManifest, type OciDescriptor } from '../../../shared/image/manifest';
import { mediaType } from '../../../shared/image/mediaType';
import { problem } from '../../../shared/image/problem';
import { tagName } from '../../../shared/image/layoutName';
import { parseReference } from '../../../shared/image/reference';
import {
  cosignType,
  signatureAnnotation,
  signedReference,
  signingPayload,
} from '../../../shared/image/simpleSigning';
import type { ActionContext, Run } from '../ground/context';
import { NameTable } from '../images/indexNames';
import { imageById } from '../images/resolveImage';
import { searchSignatures, signableImage, type VerifiedSignature } from './signatures';
import { readStoreView } from '../images/storeView';

/** What is to be signed. */
export interface SignRequest {
  readonly image: ImageId;
  /** The name that was used; null when it was named by its ID. */
  readonly name: string | null;
  /** Of an index of several platforms sign the image's own manifest, not the index. */
  readonly platformOnly: boolean;
  readonly key: KeyObject;
}

/** A signature, and whether it was made now: one by the same key, of the same digest and name, is not made twice. */
export interface Signed extends VerifiedSignature {
  readonly isNew: boolean;
}

/**
 * Signs an image: an artifact in cosign's form whose subject is the manifest, or the index, that the name stands for. The
 * image stays as it is; the signature is kept, saved and removed with it. Throws `image-not-found`, `cancelled`.
 */
export async function signImage(context: ActionContext, request: SignRequest, run: Run): Promise<Signed> {
  const { image: id, name, platformOnly, key } = request;
  const { store } = context;
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const signable = signableImage(view, image, name);
  const {
    mediaType: type,
    digest,
    size,
  } = platformOnly ? await manifestDescriptor(context, signable.manifest) : signable.root;
  const subject: OciDescriptor = { mediaType: type, digest, size };
  const given = name ?? calledName(image.names);
  // A name of a foreign layout that is no reference is none to whoever verifies.
  const known = given === null ? null : tagName(given);
  const reference = known === null ? '' : signedReference(parseReference(known).full);
  const open = createPublicKey(key);
  const made = async (): Promise<VerifiedSignature | undefined> => {
    const now = await readStoreView(context);
    const { verified } = await searchSignatures(context, now, { digests: new Set([digest]) }, open);
    return verified.find((each) => each.reference === reference);
  };
  const earlier = await made();
  if (earlier) return { ...earlier, isNew: false };
  const payload = signingPayload({ digest, reference });
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key);
  const ingest = await store.beginIngest();
  try {
    const config = await ingest.put(new TextEncoder().encode('{}'));
    const layer = await ingest.put(payload);
    const annotations = { [signatureAnnotation]: signature.toString('base64') };
    const document = {
      schemaVersion: 2,
      mediaType: mediaType.ociManifest,
      artifactType: cosignType.signature,
      config: { mediaType: cosignType.signature, ...config },
      layers: [{ mediaType: cosignType.payload, ...layer, annotations }],
      subject,
    };
    const artifact = await ingest.put(new TextEncoder().encode(JSON.stringify(document)));
    if (run.signal.aborted) throw problem('cancelled', {});
    await ingest.commit((index) => {
      if (!index.manifests.some((root) => root.digest === signable.root.digest))
        throw problem('image-not-found', { name: name ?? displayName(image) });
      const table = new NameTable(index);
      table.addDangling({
        mediaType: mediaType.ociManifest,
        ...artifact,
        artifactType: cosignType.signature,
      });
      return table.index();
    });
  } finally {
    await ingest.abort();
  }
  const found = await made();
  if (!found) throw new Error('a signature that was just made does not verify');
  return { ...found, isNew: true };
}

async function manifestDescriptor({ store }: ActionContext, digest: Digest): Promise<OciDescriptor> {
  const bytes = await store.readDocument(digest);
  const { mediaType: own = mediaType.ociManifest } = parseManifest(bytes, storedOrigin(digest));
  return { mediaType: own, digest, size: bytes.length };
}
