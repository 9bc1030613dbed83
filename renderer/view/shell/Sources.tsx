import type { MouseEvent, ReactNode } from 'react';
import { home, isHome, isOpened } from '../../../shared/ipc/placeKinds';
import type { SourceInfo } from '../../../shared/ipc/source';
import { describeProblem } from '../../../shared/text/problemText';
import { groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { sourceName } from '../../store/sources';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { useMenu, type MenuEntry } from '../../ui/Menu';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { useDropClass } from '../drag/useDrop';
import { sourceIcon } from '../sourceIcon';

/** Where images are: the store, the engines and what was opened, each with how many; one that cannot be used says so. */
export function Sources(): ReactNode {
  const t = useT();
  const sources = useApp((state) => state.sources);
  const storePath = useApp((state) => state.start?.storePath ?? '');
  const store: SourceInfo = {
    id: home,
    kind: home,
    name: '',
    word: home,
    address: storePath,
    state: 'ready',
    problem: null,
    version: null,
    images: null,
  };
  const opened = sources.filter(({ id }) => isOpened(id));
  const usual = sources.length === 0 ? [store] : sources.filter(({ id }) => !isOpened(id));
  return (
    <>
      <section>
        <h2 className="side-head">{t('app.sources')}</h2>
        {usual.map((each) => (
          <Source key={each.id} source={each} />
        ))}
      </section>
      {opened.length > 0 && (
        <section>
          <h2 className="side-head">{t('place.opened')}</h2>
          {opened.map((each) => (
            <Source key={each.id} source={each} />
          ))}
        </section>
      )}
    </>
  );
}

function Source({ source }: { readonly source: SourceInfo }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { stop, space } = useMarks();
  const { showSource, closePlace } = useActions();
  const current = useApp((state) => state.source === source.id);
  const onImages = useApp((state) => state.page.kind === 'images');
  // The graph in view is newer than the list.
  const shown = useApp((state) => (state.source === source.id ? state.graph?.images.length : undefined));
  const images = shown ?? source.images;
  const { address, problem, state, version } = source;
  const ready = state === 'ready';
  const name = sourceName(source, t);
  const why = problem ? describeProblem(problem, language) : null;
  const isPlace = isOpened(source.id);
  const drop = useDropClass(source.id);
  const menu = useMenu(t('place.close.of', { name }));
  const entries: readonly MenuEntry[] = [
    {
      kind: 'item',
      id: 'close',
      label: t('place.close'),
      icon: 'close',
      run: () => void closePlace(source.id),
    },
  ];
  const about = isHome(source.id)
    ? visibleText(address)
    : isPlace
      ? t('place.tooltip', { address: visibleText(address) })
      : t('source.tooltip', {
          name,
          version: version === null ? null : visibleText(version),
          address: visibleText(address),
        });
  const on = current && onImages;
  const item = (
    <button
      type="button"
      className={['side-item', on && 'on', !ready && 'off', drop].filter(Boolean).join(' ')}
      data-source={source.id}
      aria-current={on}
      onClick={() => void showSource(source.id)}
      {...(isPlace && {
        onContextMenu: (event: MouseEvent) => {
          event.preventDefault();
          menu.open({ x: event.clientX, y: event.clientY }, entries);
        },
      })}
      {...tip(
        why
          ? `${why.title}${stop}${space}${[why.explanation, why.advice].filter(Boolean).join(space)}`
          : about,
      )}
    >
      <Icon name={sourceIcon[source.kind]} />
      {isPlace ? <CutText text={name} /> : <span className="ell">{name}</span>}
      {ready ? (
        <span className="count num">{images === null ? '' : groupDigits(images)}</span>
      ) : (
        <span className="count">{t(`source.state.${state}`)}</span>
      )}
    </button>
  );
  if (!isPlace) return item;
  return (
    <div className="side-opened">
      {item}
      <IconButton
        icon="close"
        size="sm"
        label={t('place.close.of', { name })}
        onClick={() => void closePlace(source.id)}
      />
      {menu.element}
    </div>
  );
}
