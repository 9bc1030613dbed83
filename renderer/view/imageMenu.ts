import type { ImageId } from '../../shared/image/digest';
import type { MenuEntry } from '../ui/Menu';
import { commandsFor } from './commands/commands';

/** The menu of one or several images: the commands that work on images, with the given ones as the selection. */
export function imageMenu(images: readonly ImageId[]): readonly MenuEntry[] {
  return commandsFor({ images, layer: null })
    .filter(({ group }) => group === 'selection')
    .map(({ id, label, icon, shortcut, danger, disabledReason, run }) => ({
      kind: 'item' as const,
      id,
      label,
      icon,
      shortcut,
      danger,
      disabledReason,
      run,
    }));
}
