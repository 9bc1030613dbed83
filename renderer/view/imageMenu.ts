import type { ImageId } from '../../shared/image/digest';
import type { MenuEntry } from '../ui/Menu';
import { commandsFor } from './commands/commands';

/** What belongs together in the menu of images, by the first word of a command's ID; groups stand in this order, with a rule between. */
const groups: readonly (readonly string[])[] = [
  ['mount', 'workspace', 'run'],
  ['compare', 'compare.home', 'lineage'],
  ['copyOut', 'copyIn', 'save', 'save.options', 'export'],
  ['tag', 'rename', 'untag', 'copyId'],
  ['squash'],
  ['remove'],
];
/** Where a command stands that no group names: before what takes images away. */
const others = groups.length - 1.5;

const groupOf = (id: string): number => {
  const [word = ''] = id.split(' ');
  const at = groups.findIndex((group) => group.includes(word));
  return at < 0 ? others : at;
};

/** The menu of one or several images: the commands that work on images, with the given ones as the selection, in groups. */
export function imageMenu(images: readonly ImageId[]): readonly MenuEntry[] {
  const commands = commandsFor({ images, layer: null }).filter(({ group }) => group === 'selection');
  const sorted = commands.toSorted((a, b) => groupOf(a.id) - groupOf(b.id));
  return sorted.flatMap(({ id, label, icon, shortcut, danger, disabledReason, run }, i): MenuEntry[] => {
    const before = sorted[i - 1];
    const item = { kind: 'item' as const, id, label, icon, shortcut, danger, disabledReason, run };
    return before && groupOf(before.id) !== groupOf(id) ? [{ kind: 'rule' }, item] : [item];
  });
}
