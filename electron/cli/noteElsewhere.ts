import type { ImageGraph, ImageNode } from '../../shared/graph/imageGraph';
import { translator } from '../../shared/text/catalogue';
import { layersElsewhere } from '../actions/ground/elsewhere';
import type { Session } from './command';

/** Says which layers of images are not in the store, since they may be left where they came from. */
export function noteElsewhere(
  session: Session,
  graph: Pick<ImageGraph, 'layers'>,
  images: Iterable<ImageNode>,
): void {
  const t = translator(session.language);
  for (const { urls, ...facts } of layersElsewhere(graph, images))
    session.note(t('cli.layerElsewhere', { ...facts, text: urls.join(', ') }));
}
