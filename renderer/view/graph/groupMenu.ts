import type { Translate } from '../../../shared/text/catalogue';
import type { ChartTarget } from '../../chart/layers/target';
import { currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';

interface Places {
  readonly expand: () => void;
  readonly zoomTo: () => void;
}

/** The menu of a collapsed subtree, or of a block of images seen from far away. */
export function groupMenu(
  target: Extract<ChartTarget, { kind: 'group' }>,
  t: Translate,
  { expand, zoomTo }: Places,
): readonly MenuEntry[] {
  const count = target.images.length;
  const open: MenuEntry =
    target.collapsed === null
      ? { kind: 'item', id: 'zoom', label: t('graph.zoomTo'), icon: 'fit', run: zoomTo }
      : {
          kind: 'item',
          id: 'expand',
          label: t('graph.expand', { count }),
          icon: 'chevronRight',
          run: expand,
        };
  return [
    open,
    {
      kind: 'item',
      id: 'select',
      label: t('graph.selectGroup', { count }),
      icon: 'check',
      run: () => currentActions().selectImages(target.images),
    },
  ];
}
