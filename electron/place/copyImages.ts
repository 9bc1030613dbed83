import { partOf } from './partOf';
import type { CopyIn, CopyOut, GiveRequest, Place, Tools } from './place';
import type { Run } from '../actions/ground/context';

/**
 * Copies images from one place to another: every digest verified on the way, all or nothing, with the same image IDs; what the taker has
 * does not travel. Load, save, copy in and copy out are its names. Throws `place-cannot` where the target takes none, `image-not-found`,
 * and as giving and taking do.
 */
export async function copyImages(
  tools: Tools,
  { from, to }: { readonly from: Place; readonly to: Place },
  request: GiveRequest,
  run: Run,
): Promise<CopyIn | CopyOut> {
  return partOf(to, 'take').take(tools, from.give, request, run);
}
