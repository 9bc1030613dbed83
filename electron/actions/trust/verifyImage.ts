import type { KeyObject } from 'node:crypto';
import { displayName } from '../../../shared/graph/sharing';
import type { ImageId } from '../../../shared/image/digest';
import { problem } from '../../../shared/image/problem';
import type { ActionContext } from '../ground/context';
import { fingerprintOf } from './keyFiles';
import { imageById } from '../images/resolveImage';
import { searchSignatures, signableImage, type VerifiedSignature } from './signatures';
import { readStoreView } from '../images/storeView';

/**
 * The signatures of an image that a public key verifies: of its manifest, or of the index that lists it. With a `name` only
 * of what that name stands for. Throws `signature-missing` when there is none at all, `signature-refused` when none
 * holds, `image-not-found`, `blob-damaged`.
 */
export async function verifyImage(
  context: Pick<ActionContext, 'store'>,
  {
    image: id,
    name,
    key,
  }: { readonly image: ImageId; readonly name: string | null; readonly key: KeyObject },
): Promise<readonly VerifiedSignature[]> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const found = await searchSignatures(context, view, signableImage(view, image, name), key);
  if (found.verified.length > 0) return found.verified;
  const shown = name ?? displayName(image);
  const { others, misplaced } = found;
  if (others + misplaced === 0) throw problem('signature-missing', { name: shown });
  const reason = misplaced > 0 ? 'digest' : 'key';
  throw problem('signature-refused', {
    name: shown,
    key: fingerprintOf(key),
    count: others + misplaced,
    reason,
  });
}
