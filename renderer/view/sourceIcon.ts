import type { SourceInfo } from '../../shared/ipc/source';
import type { IconName } from '../ui/Icon';

/** How each kind of place is drawn. */
export const sourceIcon: Readonly<Record<SourceInfo['kind'], IconName>> = {
  store: 'store',
  docker: 'docker',
  podman: 'podman',
  archive: 'archive',
  layout: 'folder',
};
