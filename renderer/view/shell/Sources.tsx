import type { ReactNode } from 'react';
import type { SourceInfo } from '../../../shared/ipc/source';
import { describeProblem } from '../../../shared/text/problemText';
import { groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { sourceName } from '../../store/sources';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';

/** Where images are: the store and the engines, each with how many; one that does not run says so. */
export function Sources(): ReactNode {
  const t = useT();
  const sources = useApp((state) => state.sources);
  const storePath = useApp((state) => state.start?.storePath ?? '');
  const store: SourceInfo = {
    id: 'store',
    kind: 'store',
    name: '',
    word: 'store',
    address: storePath,
    state: 'ready',
    problem: null,
    version: null,
    images: null,
  };
  return (
    <section>
      <h2 className="side-head">{t('app.sources')}</h2>
      {(sources.length === 0 ? [store] : sources).map((each) => (
        <Source key={each.id} source={each} />
      ))}
    </section>
  );
}

function Source({ source }: { readonly source: SourceInfo }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { stop, space } = useMarks();
  const { showSource } = useActions();
  const current = useApp((state) => state.source === source.id);
  const onImages = useApp((state) => state.page.kind === 'images');
  // The graph in view is newer than the list.
  const shown = useApp((state) => (state.source === source.id ? state.graph?.images.length : undefined));
  const images = shown ?? source.images;
  const { address, problem, state, version } = source;
  const ready = state === 'ready';
  const name = sourceName(source, t);
  const why = problem ? describeProblem(problem, language) : null;
  const about =
    source.kind === 'store'
      ? visibleText(address)
      : t('source.tooltip', {
          name,
          version: version === null ? null : visibleText(version),
          address: visibleText(address),
        });
  const on = current && onImages;
  return (
    <button
      type="button"
      className={['side-item', on && 'on', !ready && 'off'].filter(Boolean).join(' ')}
      aria-current={on}
      onClick={() => void showSource(source.id)}
      {...tip(
        why
          ? `${why.title}${stop}${space}${[why.explanation, why.advice].filter(Boolean).join(space)}`
          : about,
      )}
    >
      <Icon name={source.kind === 'store' ? 'store' : 'engine'} />
      <span className="ell">{name}</span>
      {ready ? (
        <span className="count num">{images === null ? '' : groupDigits(images)}</span>
      ) : (
        <span className="count">{t(`source.state.${state}`)}</span>
      )}
    </button>
  );
}
