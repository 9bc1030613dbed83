import type { ChainId, ImageId } from '../../shared/image/digest';
import { currentActions } from '../store/hooks';

/** What a double click and Enter do on an image, in every view: it is selected, in the middle of the view, and in the inspector. */
export function openImage(id: ImageId): void {
  const act = currentActions();
  act.revealImage(id);
  act.changeSettings({ inspector: true });
}

/** The same on a layer; `reveal` brings it into the middle of the view. */
export function openLayer(id: ChainId, reveal: (id: ChainId) => unknown): void {
  const act = currentActions();
  act.selectLayer(id);
  act.changeSettings({ inspector: true });
  reveal(id);
}
