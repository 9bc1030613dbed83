import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageId } from '../../../shared/image/digest';
import { isHome, isOpened, placeCan } from '../../../shared/ipc/placeKinds';
import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { copyWords, whyNotTaken } from '../../store/copyTargets';
import { currentSource, sourceName, whyNotHere } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import { sourceIcon } from '../sourceIcon';
import { ctrl, type Spec } from './command';

/**
 * Copies of the selection to every other place that can be told of: into the store, and to each engine. One that cannot take them says
 * why; what is only looked at takes nothing ever, and is not listed.
 */
export function copyCommands(
  state: AppState,
  images: readonly ImageId[],
  name: string,
  act: AppActions,
  t: Translate,
): Spec[] {
  const none = images.length === 0 ? t('command.nothingSelected') : null;
  return state.sources
    .filter(({ id }) => id !== state.source && placeCan(id, 'target'))
    .map((to): Spec => {
      const shared = {
        group: 'selection' as const,
        disabledReason: none ?? whyNotTaken(state, to, t),
        run: () => void act.copyTo(to.id, images),
      };
      if (!isHome(to.id))
        return { ...shared, id: `copyOut ${to.id}`, label: copyWords(to, t), icon: sourceIcon[to.kind] };
      return {
        ...shared,
        id: 'copyIn',
        label:
          none === null ? t('command.copyIn', { images: images.length, name }) : t('command.copyIn.plain'),
        icon: 'load',
        chord: ctrl('d'),
      };
    });
}

/** Comparing an image of another place with one of the store. */
export function compareHomeCommand(
  state: AppState,
  one: ImageNode | null,
  single: string | null,
  act: AppActions,
  t: Translate,
): Spec[] {
  const refused = isHome(state.source) ? t('place.compare.inStore') : whyNotHere(state, 'inside', t);
  return [
    {
      id: 'compare.home',
      label: t('place.compare'),
      icon: 'compare',
      group: 'selection',
      disabledReason: single ?? refused,
      run: () => one && act.openDialog({ kind: 'compareHome', image: one.id }),
    },
  ];
}

/** What is put on the person's list of sources, and what is taken off it. */
export function listCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const { source } = state;
  const place = currentSource(state);
  const name = sourceName(place, t);
  const added = place?.added === true;
  const specs: Spec[] = [
    {
      id: 'source.add.file',
      label: t('command.source.addFile'),
      icon: 'archive',
      group: 'app',
      run: () => void act.chooseAndAdd(),
    },
    {
      id: 'source.add.folder',
      label: t('command.source.addFolder'),
      icon: 'folder',
      group: 'app',
      run: () => void act.chooseAndAdd(true),
    },
    {
      id: 'source.add.engine',
      label: t('command.source.addEngine'),
      icon: 'engine',
      group: 'app',
      run: () => act.openDialog({ kind: 'engine' }),
    },
  ];
  if (isHome(source)) return specs;
  if (isOpened(source) && !added)
    specs.push({
      id: 'source.keep',
      label: t('command.source.keep', { name }),
      icon: 'plus',
      group: 'app',
      run: () => void act.keepSource(source),
    });
  else
    specs.push({
      id: 'source.remove',
      label: t('command.source.remove', { name }),
      icon: 'minus',
      group: 'app',
      disabledReason: added ? null : t('command.source.found'),
      run: () => void act.removeSource(source),
    });
  return specs;
}

/** Going from source to source. */
export function sourceCommands({ sources, source }: AppState, t: Translate, act: AppActions): Spec[] {
  if (sources.length < 2) return [];
  return sources.map((each) => ({
    id: `source ${each.id}`,
    label: isHome(each.id)
      ? t('command.source.store')
      : t('command.source', { name: visibleText(each.name) }),
    icon: sourceIcon[each.kind],
    group: 'view',
    disabledReason: each.id === source ? t('command.source.here') : null,
    run: () => void act.showSource(each.id),
  }));
}
