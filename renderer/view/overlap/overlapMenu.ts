import type { ImageId } from '../../../shared/image/digest';
import type { Translate } from '../../../shared/text/catalogue';
import { currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';
import { imageMenu } from '../imageMenu';

interface World {
  readonly t: Translate;
  /** Goes into groups of images; null where the cell is of images. */
  readonly enter: (() => void) | null;
  readonly bytes: number;
}

/** The menu of a cell: that of its images, or the way into its groups. */
export function overlapMenu(images: readonly ImageId[], { t, enter, bytes }: World): readonly MenuEntry[] {
  const act = currentActions();
  if (!enter) return imageMenu(images);
  return [
    {
      kind: 'item',
      id: 'enter',
      label: t('overlap.menu.enter'),
      icon: 'chevronRight',
      shortcut: t('key.enter'),
      run: enter,
    },
    {
      kind: 'item',
      id: 'select',
      label: t('overlap.menu.select', { count: images.length }),
      icon: 'link',
      run: () => act.selectImages(images),
    },
    {
      kind: 'item',
      id: 'copy',
      label: t('overlap.menu.copy'),
      icon: 'copy',
      run: () => void act.copy(String(bytes)),
    },
  ];
}
