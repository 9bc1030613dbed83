import type { ChainId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { resolveAt } from '../actions/images/resolveImage';
import type { StoreView } from '../actions/images/storeView';
import type { Session } from './command';
import type { Parsed } from './parser';
import { notePlatform, platformOf } from './platform';

/**
 * An image, of the platform that `--platform` names, and the layer that `@LAYER` behind it names (`resolveAt`); says which of
 * several platforms was taken where nobody chose. Throws as `resolveAt` does.
 */
export function imageAndLayer(
  session: Session,
  view: Pick<StoreView, 'graph'>,
  text: string,
  parsed: Parsed,
): { readonly image: ImageNode; readonly layer: ChainId | null } {
  const platform = platformOf(parsed);
  const { image, layer, siblings } = resolveAt(view.graph, text, platform);
  if (platform === null) notePlatform(session, text, image, siblings);
  return { image, layer };
}
