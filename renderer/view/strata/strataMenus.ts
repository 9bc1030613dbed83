import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import type { GroupItem, Scene } from '../../chart/strata/scene';
import type { ImageId } from '../../../shared/image/digest';
import { appState, currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';
import { imageMenu } from '../imageMenu';

/** Opens a group, or draws it as one block. */
export type Toggle = (group: GroupItem, open: boolean) => void;

const titleOf = (group: GroupItem, t: Translate): string =>
  group.title === '' ? t('app.family.noLayers') : visibleText(group.title);

/** The menu of a block, or of the foot of an open group. */
export function groupMenu(group: GroupItem, t: Translate, toggle: Toggle): readonly MenuEntry[] {
  const ids = group.images.map(({ id }) => id);
  return [
    group.shut
      ? {
          kind: 'item',
          id: 'open',
          label: t('strata.group.open', { count: ids.length }),
          icon: 'chevronRight',
          run: () => toggle(group, true),
        }
      : {
          kind: 'item',
          id: 'shut',
          label: t('strata.group.shut', { title: titleOf(group, t) }),
          icon: 'chevronDown',
          run: () => toggle(group, false),
        },
    {
      kind: 'item',
      id: 'select',
      label: t('strata.group.select', { count: ids.length }),
      icon: 'check',
      run: () => currentActions().selectImages(ids),
    },
  ];
}

/** The menu of images, with a way to draw the groups of the one that was pointed at as one block. */
export function columnMenu(
  id: ImageId,
  scene: Scene | null,
  t: Translate,
  toggle: Toggle,
): readonly MenuEntry[] {
  const { images } = appState().selection;
  const entries = imageMenu(images.includes(id) ? images : [id]);
  const place = scene?.input.images.findIndex((image) => image.id === id) ?? -1;
  if (!scene || place < 0 || !appState().settings.strataGrouped) return entries;
  const groups = [scene.layout.repositoryGroup[place] ?? -1, scene.layout.familyGroup[place] ?? -1].flatMap(
    (group): GroupItem[] => {
      const found = scene.groups[group];
      return found && !found.shut ? [found] : [];
    },
  );
  if (groups.length === 0) return entries;
  return [
    ...entries,
    { kind: 'rule' },
    ...groups.map((group): MenuEntry => ({
      kind: 'item',
      id: group.key,
      label: t('strata.group.shut', { title: titleOf(group, t) }),
      icon: 'chevronDown',
      run: () => toggle(group, false),
    })),
  ];
}
