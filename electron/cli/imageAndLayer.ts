import type { ImageNode } from '../../shared/graph/imageGraph';
import { problem, ProblemError } from '../../shared/image/problem';
import type { StoreView } from '../actions/storeView';
import type { Session } from './command';
import type { Parsed } from './parser';
import { pickImage } from './platform';

/** An image, and with `@LAYER` behind it one of its layers: by number from the base, 1 up, or by an ID or its beginning. */
export function imageAndLayer(
  session: Session,
  view: StoreView,
  text: string,
  parsed: Parsed,
): { readonly image: ImageNode; readonly layer: string | null } {
  try {
    return { image: pickImage(session, view.graph, text, parsed), layer: null };
  } catch (thrown) {
    const at = text.lastIndexOf('@');
    if (at < 0 || !(thrown instanceof ProblemError) || thrown.problem.code !== 'image-not-found')
      throw thrown;
    const image = pickImage(session, view.graph, text.slice(0, at), parsed);
    const word = text.slice(at + 1);
    const hex = word.replace(/^sha256:/, '');
    const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
    const layer =
      /^[0-9]{1,3}$/.test(word) && Number(word) >= 1
        ? image.layers[Number(word) - 1]
        : image.layers.find((chainId) => {
            const node = byChain.get(chainId);
            const ids = node ? [chainId, node.diffId, ...node.blobs.map(({ digest }) => digest)] : [];
            return /^[0-9a-f]{2,64}$/.test(hex) && ids.some((id) => id.startsWith(hex, 7));
          });
    if (layer === undefined) throw problem('layer-not-found', { name: word });
    return { image, layer };
  }
}
