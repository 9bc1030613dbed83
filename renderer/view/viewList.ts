import type { MessageKey } from '../../shared/text/catalogue';
import type { Settings } from '../../shared/ipc/settings';
import type { IconName } from '../ui/Icon';

/** A view of the images, as the switch, the palette and the shortcuts know it; what draws it stands in `App.tsx`. */
export interface ViewEntry {
  readonly id: Settings['view'];
  readonly icon: IconName;
  readonly label: MessageKey & `app.view.${Settings['view']}`;
  readonly command: MessageKey & `command.view.${Settings['view']}`;
  /** With Ctrl, it shows the view. */
  readonly key: string;
}

/** Every view, in the order of the switch. */
export const viewList: readonly ViewEntry[] = [
  { id: 'graph', icon: 'graph', label: 'app.view.graph', command: 'command.view.graph', key: '1' },
  { id: 'strata', icon: 'strata', label: 'app.view.strata', command: 'command.view.strata', key: '2' },
  { id: 'map', icon: 'map', label: 'app.view.map', command: 'command.view.map', key: '3' },
  { id: 'overlap', icon: 'overlap', label: 'app.view.overlap', command: 'command.view.overlap', key: '4' },
  { id: 'table', icon: 'table', label: 'app.view.table', command: 'command.view.table', key: '5' },
];
