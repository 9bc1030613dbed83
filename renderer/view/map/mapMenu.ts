import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import type { MapNode, MapTree } from '../../chart/treemap/mapTree';
import { imagesOf } from '../../chart/treemap/mapTree';
import { splitName } from '../../../shared/image/reference';
import { appState, currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';
import { imageMenu } from '../imageMenu';
import { layerMenu } from '../graph/layerMenu';

interface World {
  readonly tree: MapTree;
  readonly t: Translate;
  /** Goes into the block; null where nothing lies in it. */
  readonly enter: (() => void) | null;
}

const noFolding = { unfold: () => undefined, foldAgain: () => undefined, unfolded: new Set<never>() };

/** The menu of a block of the map. */
export function mapMenu(node: MapNode, { tree, t, enter }: World): readonly MenuEntry[] {
  const act = currentActions();
  const entries: MenuEntry[] = [];
  if (enter) {
    entries.push({
      kind: 'item',
      id: 'enter',
      label: t('map.menu.enter'),
      icon: 'chevronRight',
      shortcut: t('key.enter'),
      run: enter,
    });
  }
  const selectAll = (images: readonly { readonly id: Parameters<typeof act.selectImage>[0] }[]): void => {
    if (images.length === 0) return;
    entries.push({
      kind: 'item',
      id: 'select',
      label: t('map.menu.selectImages', { count: images.length }),
      icon: 'link',
      run: () => act.selectImages(images.map(({ id }) => id)),
    });
  };
  switch (node.kind) {
    case 'image': {
      const { images } = appState().selection;
      const chosen = images.includes(node.image.id) ? images : [node.image.id];
      return [...entries, ...(entries.length > 0 ? [{ kind: 'rule' } as const] : []), ...imageMenu(chosen)];
    }
    case 'layer': {
      const { chainId } = node.layers[0];
      return [...entries, ...layerMenu({ kind: 'layer', id: chainId, run: [chainId] }, t, noFolding)];
    }
    case 'together':
      selectAll(imagesOf(tree, node.spans));
      return entries;
    case 'repository':
    case 'nameless': {
      const name = node.kind === 'repository' ? node.name : '';
      selectAll(
        tree.order.filter(
          ({ names: [first] }) => (first === undefined ? '' : splitName(first).repository) === name,
        ),
      );
      return entries;
    }
    case 'entry':
      entries.push({
        kind: 'item',
        id: 'copyPath',
        label: t('map.menu.copyPath'),
        icon: 'copy',
        run: () => void act.copy(`/${visibleText(node.path)}`),
      });
      return entries;
    case 'store':
    case 'across':
    case 'documents':
    case 'rest':
      return entries;
  }
}
