import { isHome, isOpened } from '../../shared/ipc/placeKinds';
import type { AppState } from '../store/state';

/** Whether there is a place for the sidebar: neither the guided page nor a first start has one, unless something was opened beside it. */
export function drawsSidebar({
  page,
  graph,
  source,
  sources,
}: Pick<AppState, 'page' | 'graph' | 'source' | 'sources'>): boolean {
  if (page.kind === 'guide') return false;
  const isFirstStart = graph?.images.length === 0 && isHome(source);
  return !isFirstStart || sources.some(({ id }) => isOpened(id));
}
