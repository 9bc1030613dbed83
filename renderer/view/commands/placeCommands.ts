import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ImageId } from '../../../shared/image/digest';
import { isEngine, isHome, isOpened, placeCan } from '../../../shared/ipc/placeKinds';
import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { currentSource, sourceName, whyNotHere } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import { sourceIcon } from '../sourceIcon';
import { ctrl, plain, type Spec } from './command';

/** Copies between places: into the store from another place in view, and from what has layers to each engine that runs. */
export function copyCommands(
  { source, sources }: AppState,
  images: readonly ImageId[],
  name: string,
  act: AppActions,
  t: Translate,
): Spec[] {
  const none = images.length === 0 ? t('command.nothingSelected') : null;
  const copyIn: Spec = {
    id: 'copyIn',
    label: none === null ? t('command.copyIn', { images: images.length, name }) : t('command.copyIn.plain'),
    icon: 'load',
    group: 'selection',
    chord: ctrl('d'),
    disabledReason: none,
    run: () => void act.copyIn(images),
  };
  const copyOut = sources
    .filter(({ id, state }) => isEngine(id) && state === 'ready')
    .map((engine): Spec => ({
      id: `copyOut ${engine.id}`,
      label: t('command.copyOut', { engine: visibleText(engine.name) }),
      icon: 'engine',
      group: 'selection',
      disabledReason: none,
      run: () => void act.copyOut(engine.id, images),
    }));
  return [...(isHome(source) ? [] : [copyIn]), ...(placeCan(source, 'inside') ? copyOut : [])];
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

/** Closing what was opened without being loaded; none where nothing of it is in view. `chosen`: whether something is selected. */
export function closeCommands(state: AppState, chosen: boolean, act: AppActions, t: Translate): Spec[] {
  if (!isOpened(state.source)) return [];
  return [
    {
      id: 'place.close',
      label: t('place.close.of', { name: sourceName(currentSource(state), t) }),
      icon: 'close',
      group: 'app',
      // Esc steps back: out of the selection first, then out of what was opened.
      chord: chosen || state.page.kind !== 'images' ? undefined : plain('Escape'),
      run: () => void act.closePlace(state.source),
    },
  ];
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
