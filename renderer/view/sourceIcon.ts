import type { SourceInfo } from '../../shared/ipc/source';
import type { IconName } from '../ui/Icon';

/** How each kind of place is drawn. */
export const sourceIcon: Readonly<Record<SourceInfo['kind'], IconName>> = {
  store: 'store',
  docker: 'engine',
  podman: 'engine',
  archive: 'archive',
  layout: 'folder',
};
