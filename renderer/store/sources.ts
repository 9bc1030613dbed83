import type { SourceInfo } from '../../shared/ipc/source';
import type { Translate } from '../../shared/text/catalogue';
import { visibleText } from '../../shared/text/format';
import type { AppState } from './state';

/** What people call a source: the store has a word of its own in each language. */
export function sourceName(source: Pick<SourceInfo, 'kind' | 'name'> | undefined, t: Translate): string {
  return source === undefined || source.kind === 'store' ? t('app.store') : visibleText(source.name);
}

/** The source in view; undefined before the list was read. */
export function currentSource({ sources, source }: AppState): SourceInfo | undefined {
  return sources.find(({ id }) => id === source);
}
