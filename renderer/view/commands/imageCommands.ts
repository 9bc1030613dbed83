import { toolCommands } from '../../../shared/text/toolCommands';
import { fromTo } from '../../../shared/graph/comparedOrder';
import { filterGraph } from '../../../shared/graph/filterGraph';
import { displayName } from '../../../shared/graph/sharing';
import type { ImageId } from '../../../shared/image/digest';
import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { whyNotHere, whyNotNow } from '../../store/sources';
import type { AppActions, AppState, Selection } from '../../store/state';
import { ctrl, plain, type Spec } from './command';
import { layerCommands } from './layerCommands';
import { compareHomeCommand, copyCommands } from './placeCommands';
import { stepBackCommands } from './stepBackCommands';
import { treeCommands } from './treeCommands';

/** Names of one image that commands are offered for; the inspector has all of them. */
const namesOffered = 50;

/** What is done with the images of a selection, and with the selection itself. */
export function selectionCommands(
  state: AppState,
  selection: Selection,
  t: Translate,
  act: AppActions,
): Spec[] {
  const images = selection.images.flatMap((id) => state.index?.images.get(id) ?? []);
  const count = images.length;
  const [only] = images;
  const one = count === 1 && only ? only : null;
  const name = one ? visibleText(displayName(one)) : '';
  const none = count === 0 ? t('command.nothingSelected') : null;
  const single = one ? null : count === 0 ? t('command.nothingSelected') : t('command.selectOne');
  const ids = images.map(({ id }) => id);
  const first = one?.names[0];
  const refused = whyNotHere(state, 'write', t);
  const silent = whyNotNow(state, t);
  return [
    ...copyCommands(state, selection.images, name, act, t),
    {
      id: 'save',
      label: count === 0 ? t('command.save.plain') : t('command.save', { images: count, name }),
      icon: 'save',
      group: 'selection',
      chord: ctrl('s'),
      disabledReason: none ?? silent,
      run: () => void act.save(ids, state.settings.saveFormat),
    },
    {
      id: 'save.options',
      label: t('command.save.options'),
      icon: 'save',
      group: 'selection',
      chord: ctrl('s', true),
      disabledReason: none ?? whyNotHere(state, 'form', t),
      run: () => act.openDialog({ kind: 'save', what: ids }),
    },
    {
      id: 'tag',
      label: one ? t('command.tag', { name }) : t('command.tag.plain'),
      icon: 'tag',
      group: 'selection',
      chord: plain('t'),
      disabledReason: single ?? refused,
      run: () => one && act.openDialog({ kind: 'tag', image: one.id }),
    },
    {
      id: 'rename',
      label:
        first === undefined ? t('command.rename.plain') : t('command.rename', { name: visibleText(first) }),
      icon: 'edit',
      group: 'selection',
      chord: plain('F2'),
      disabledReason: single ?? refused,
      run: () =>
        one &&
        act.openDialog(
          first === undefined ? { kind: 'tag', image: one.id } : { kind: 'rename', name: first },
        ),
    },
    ...(one?.names ?? []).slice(0, namesOffered).map((reference): Spec => ({
      id: `untag ${reference}`,
      label: t('command.untag', { name: visibleText(reference) }),
      icon: 'close',
      group: 'selection',
      takesAway: true,
      disabledReason: refused ?? (one?.names.length === 1 ? whyNotHere(state, 'lastName', t) : null),
      run: () => one && void act.untag(one.id, reference),
    })),
    {
      id: 'copyId',
      label: count === 0 ? t('command.copyId.plain') : t('command.copyId', { images: count }),
      icon: 'copy',
      group: 'selection',
      chord: ctrl('c'),
      disabledReason: none,
      run: () => void act.copy(ids.join('\n')),
    },
    ...(first === undefined ? [] : toolCommands(first)).map(({ tool, line }): Spec => ({
      id: `copyCommand ${tool}`,
      label: t('command.copyCommand', { tool }),
      icon: 'copy',
      group: 'selection',
      disabledReason: null,
      run: () => void act.copy(line),
    })),
    {
      id: 'compare',
      label: t('command.compare'),
      icon: 'compare',
      group: 'selection',
      chord: plain('c'),
      disabledReason: count === 2 ? silent : t('command.compare.two'),
      run: () => {
        const [one, two] = ids.map((id) => state.index?.images.get(id));
        if (!one || !two) return;
        const [first, second] = fromTo(one, two);
        act.openPage({ kind: 'compare', first: first.id, second: second.id });
      },
    },
    ...compareHomeCommand(state, one, single, act, t),
    ...treeCommands(state, one, single, act, t),
    ...layerCommands(state, one, single, act, t),
    {
      id: 'lineage',
      label: t('command.lineage'),
      icon: 'graph',
      group: 'selection',
      chord: plain('l'),
      disabledReason: single,
      run: () => one && act.focusLineage({ image: one.id, direction: 'both' }),
    },
    {
      id: 'selectAll',
      label: t('command.selectAll'),
      group: 'app',
      chord: ctrl('a'),
      disabledReason: (state.graph?.images.length ?? 0) === 0 ? t('command.selectAll.none') : null,
      run: () => act.selectImages(imagesInSight(state)),
    },
    ...stepBackCommands(state, selection, act, t),
    {
      id: 'remove',
      label: count === 0 ? t('command.remove.plain') : t('command.remove', { images: count, name }),
      icon: 'delete',
      group: 'selection',
      chord: plain('Delete'),
      danger: true,
      disabledReason: none ?? refused,
      run: () => act.openDialog({ kind: 'remove', images: ids, names: [] }),
    },
  ];
}

/** The images that every view shows: what the filter field and the sidebar leave. */
function imagesInSight({ index, filter, hiddenFamilies, settings }: AppState): readonly ImageId[] {
  if (!index) return [];
  const { showDangling } = settings;
  return filterGraph(index, { text: filter, hiddenFamilies, showDangling }).images.map(({ id }) => id);
}
