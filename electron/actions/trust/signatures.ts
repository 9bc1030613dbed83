import { verify, type KeyObject } from 'node:crypto';
import type { Digest } from '../../../shared/image/digest';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { parseManifest, type OciDescriptor } from '../../../shared/image/manifest';
import { isManifestType } from '../../../shared/image/mediaType';
import { displayName } from '../../../shared/graph/sharing';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { ProblemError, problem } from '../../../shared/image/problem';
import { cosignType, parseSigningPayload, signatureAnnotation } from '../../../shared/image/simpleSigning';
import type { ActionContext } from '../ground/context';
import { fingerprintOf, kindOfKey } from './keyFiles';
import { nameOfRoot, type StoreView } from '../images/storeView';

/** Most bytes of what is signed. */
const payloadLimit = 1 << 16;

/** Digests by which an image can be signed. */
export interface SignableImage {
  /** The root that its name stands for; without a name its first. */
  readonly root: OciDescriptor;
  /** Its manifest under that root: the root itself where that is no index. */
  readonly manifest: Digest;
  /** All digests whose signature is one of this image: with a name those that the name means. */
  readonly digests: ReadonlySet<Digest>;
}

/** How an image can be signed. `name` null: it was named by its ID. Throws `image-not-found`. */
export function signableImage(view: StoreView, image: ImageNode, name: string | null): SignableImage {
  const root =
    view.roots.find((each) => name !== null && nameOfRoot(each) === name) ??
    view.roots.find(({ digest }) => digest === image.roots[0]);
  const under = (each: Digest): Digest | undefined =>
    image.manifests.find((manifest) => view.closures.get(each)?.has(manifest) === true);
  const manifest = root && under(root.digest);
  if (!root || !manifest) throw problem('image-not-found', { name: displayName(image) });
  const digests = name === null ? [...image.roots, ...image.manifests] : [root.digest, manifest];
  return { root, manifest, digests: new Set(digests) };
}

/** A signature that holds: who signed which digest. */
export interface VerifiedSignature {
  readonly digest: Digest;
  /** The name under which it was signed; '' where it had none. */
  readonly reference: string;
  /** Fingerprint of the key: SHA-256 of its public half in DER. */
  readonly key: string;
  readonly kind: string;
  /** The artifact that holds it. */
  readonly artifact: Digest;
}

/** What looking through an image's signatures came to. */
export interface SignatureSearch {
  readonly verified: readonly VerifiedSignature[];
  /** Signatures by other keys, or of other bytes. */
  readonly others: number;
  /** Signatures by this key that are about another digest. */
  readonly misplaced: number;
}

/** Holds the signatures of an image against a public key. Throws `blob-damaged`. */
export async function searchSignatures(
  { store }: Pick<ActionContext, 'store'>,
  view: StoreView,
  { digests }: Pick<SignableImage, 'digests'>,
  key: KeyObject,
): Promise<SignatureSearch> {
  const verified: VerifiedSignature[] = [];
  let others = 0;
  let misplaced = 0;
  const facts = { key: fingerprintOf(key), kind: kindOfKey(key) };
  const listed = new Map([...view.referrers.values()].flat().map((each) => [each.digest, each]));
  for (const { digest: artifact, mediaType } of listed.values()) {
    if (!isManifestType(mediaType)) continue;
    const manifest = parseManifest(await store.readDocument(artifact), storedOrigin(artifact));
    if (!manifest.subject || !digests.has(manifest.subject.digest)) continue;
    for (const { mediaType: type, digest, annotations } of manifest.layers) {
      const signature = annotations?.[signatureAnnotation];
      if (type !== cosignType.payload || signature === undefined) continue;
      const payload = await payloadOf(store, digest);
      const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
      if (payload === null || !verify(algorithm, payload, key, Buffer.from(signature, 'base64'))) {
        others++;
        continue;
      }
      const said = statementIn(payload, artifact);
      // One that was signed for another image and put here says nothing of this one.
      if (said === null || said.digest !== manifest.subject.digest) misplaced++;
      else verified.push({ ...said, ...facts, artifact });
    }
  }
  return { verified, others, misplaced };
}

async function payloadOf(store: ActionContext['store'], digest: Digest): Promise<Uint8Array | null> {
  if (((await store.sizeOf(digest)) ?? Infinity) > payloadLimit) return null;
  return store.readDocument(digest, payloadLimit);
}

function statementIn(payload: Uint8Array, artifact: Digest): ReturnType<typeof parseSigningPayload> {
  try {
    return parseSigningPayload(payload, storedOrigin(artifact));
  } catch (thrown) {
    if (thrown instanceof ProblemError) return null;
    throw thrown;
  }
}
