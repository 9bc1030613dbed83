import type { ImageId } from '../../../shared/image/digest';
import type { Translate } from '../../../shared/text/catalogue';

/** How many images are selected, and how many of them the filter hides: what is done with the selection is done with those, too. */
export function selectionText(
  images: readonly ImageId[],
  inSight: ReadonlySet<ImageId>,
  t: Translate,
): string {
  const hidden = images.filter((id) => !inSight.has(id)).length;
  const key = hidden > 0 ? 'table.selectedHidden' : 'table.selected';
  return t(key, { images: images.length, hidden });
}
