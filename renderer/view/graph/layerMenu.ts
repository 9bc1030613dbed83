import type { ChainId, ImageId } from '../../../shared/image/digest';
import { imagesOn } from '../../../shared/graph/lineageImages';
import { placeCan } from '../../../shared/ipc/placeKinds';
import type { Translate } from '../../../shared/text/catalogue';
import type { ChartTarget } from '../../chart/layers/target';
import { appState, currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';
import type { Folding } from './useFolding';

interface Places extends Pick<Folding, 'unfold' | 'foldAgain' | 'unfolded'> {
  /** What can be done with all that stands on the layer; left out where nothing can. */
  readonly subtree?: Pick<Folding, 'collapse' | 'expand' | 'collapsed'> & { readonly zoomTo: () => void };
}

/** The menu of a layer, or of a folded run. */
export function layerMenu(
  target: Extract<ChartTarget, { kind: 'layer' }>,
  t: Translate,
  { unfold, foldAgain, unfolded, subtree }: Places,
): readonly MenuEntry[] {
  const act = currentActions();
  const { index } = appState();
  const layer = index?.layers.get(target.id);
  const holders = index && layer ? imagesOn(index, layer).map(({ id }) => id) : [];
  const inUnfolded = (): boolean => {
    for (let at: ChainId | null = target.id; at !== null; at = index?.layers.get(at)?.parent ?? null) {
      if (unfolded.has(at)) return true;
    }
    return false;
  };
  const entries: MenuEntry[] = [];
  if (target.run.length > 1) {
    entries.push({
      kind: 'item',
      id: 'unfold',
      label: t('graph.unfold', { count: target.run.length }),
      icon: 'chevronRight',
      run: () => unfold(target.run),
    });
  } else if (inUnfolded()) {
    entries.push({
      kind: 'item',
      id: 'fold',
      label: t('graph.foldAgain'),
      icon: 'chevronDown',
      run: () => foldAgain(target.id),
    });
  }
  if (subtree?.collapsed.has(target.id)) {
    entries.push({
      kind: 'item',
      id: 'expand',
      label: t('graph.expand', { count: holders.length }),
      icon: 'chevronRight',
      run: () => subtree.expand(target.id),
    });
  } else if (subtree && (index?.children.get(target.id) ?? []).length > 0) {
    entries.push({
      kind: 'item',
      id: 'collapse',
      label: t('graph.collapse'),
      icon: 'chevronDown',
      run: () => subtree.collapse(target.id),
    });
  }
  if (subtree) {
    entries.push({
      kind: 'item',
      id: 'zoom',
      label: t('graph.zoomTo'),
      icon: 'fit',
      run: subtree.zoomTo,
    });
  }
  return [
    ...entries,
    {
      kind: 'item',
      id: 'inspect',
      label: t('graph.inspect'),
      icon: 'inspector',
      run: () => act.changeSettings({ inspector: true }),
    },
    ...squashHere(target.id, holders, t),
    {
      kind: 'item',
      id: 'sharing',
      label: t('graph.selectSharing'),
      icon: 'link',
      run: () => act.selectImages(holders),
    },
    {
      kind: 'item',
      id: 'copy',
      label: t('command.copyChainId'),
      icon: 'copy',
      run: () => void act.copy(target.id),
    },
  ];
}

/** Squashing from a layer up, where it is plain which image is meant: the selected one, or the only one that has it. */
function squashHere(layer: ChainId, holders: readonly ImageId[], t: Translate): readonly MenuEntry[] {
  const { selection, index, source } = appState();
  if (!placeCan(source, 'make')) return [];
  const image =
    holders.find((id) => selection.images.includes(id)) ?? (holders.length === 1 ? holders[0] : undefined);
  const node = image === undefined ? undefined : index?.images.get(image);
  if (!node || node.top === layer) return [];
  return [
    {
      kind: 'item',
      id: 'squash',
      label: t('squash.fromHere'),
      icon: 'squash',
      run: () => currentActions().openDialog({ kind: 'squash', image: node.id, from: layer }),
    },
  ];
}
