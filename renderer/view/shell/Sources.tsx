import type { MouseEvent, ReactNode } from 'react';
import { home, isHome, isOpened } from '../../../shared/ipc/placeKinds';
import type { OperationState } from '../../../shared/ipc/operation';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import type { Translate } from '../../../shared/text/catalogue';
import { describeProblem } from '../../../shared/text/problemText';
import { groupDigits, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { answers, sourceName } from '../../store/sources';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { MenuButton, useMenu } from '../../ui/Menu';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { useDropClass } from '../drag/useDrop';
import { sourceIcon } from '../sourceIcon';
import { addMenu, sourceMenu } from './sourceMenu';

/** Where images are: the store, the engines and what was opened, each with how many; one that cannot be used says so. */
export function Sources(): ReactNode {
  const t = useT();
  const sources = useApp((state) => state.sources);
  const act = useActions();
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
        <div className="side-top" data-stands-for="top">
          <h2 className="side-head">{t('app.sources')}</h2>
          <MenuButton icon="plus" size="sm" label={t('source.add')} entries={() => addMenu(act, t)} />
        </div>
        {usual.map((each) => (
          <Source key={each.id} source={each} />
        ))}
      </section>
      {opened.length > 0 && (
        <section>
          <h2 className="side-head">{t('place.archives')}</h2>
          {opened.map((each) => (
            <Source key={each.id} source={each} />
          ))}
        </section>
      )}
    </>
  );
}

/** Whether an operation reads what lies at a place of the person's list. */
const reads = ({ kind, status, places }: OperationState, id: SourceId): boolean =>
  kind === 'look' && status === 'running' && places?.includes(id) === true;

/** How much of it has been read, as far as that is known. */
function partText({ progress: { done, total } }: OperationState, t: Translate): string {
  if (total === null || total === 0 || done === 0) return t('source.state.reading');
  return t('source.state.part', { percent: Math.min(99, Math.floor((100 * done) / total)) });
}

function Source({ source }: { readonly source: SourceInfo }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { stop, space } = useMarks();
  const act = useActions();
  const current = useApp((state) => state.source === source.id);
  const onImages = useApp((state) => state.page.kind === 'images');
  // The graph in view is newer than the list.
  const shown = useApp((state) => (state.source === source.id ? state.graph?.images.length : undefined));
  const images = shown ?? source.images;
  const { address, problem, state, version } = source;
  const reading = useApp(({ operations }) => operations.find((each) => reads(each, source.id)));
  const name = sourceName(source, t);
  const why = problem ? describeProblem(problem, language) : null;
  const isPlace = isOpened(source.id);
  const drop = useDropClass(source.id);
  const more = t('source.more', { name });
  const menu = useMenu(more);
  const entries = sourceMenu(source, act, t);
  const about = isHome(source.id)
    ? visibleText(address)
    : isPlace
      ? t(state === 'unread' ? 'place.unread.tooltip' : 'place.tooltip', { address: visibleText(address) })
      : t('source.tooltip', {
          name,
          version: version === null ? null : visibleText(version),
          address: visibleText(address),
        });
  const on = current && onImages;
  const item = (
    <button
      type="button"
      className={['side-item', on && 'on', !answers(source) && 'off', drop].filter(Boolean).join(' ')}
      data-source={source.id}
      data-stands-for={source.id}
      aria-current={on}
      onClick={() => void act.showSource(source.id)}
      {...(entries.length > 0 && {
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
      <span className="count num">
        {reading
          ? partText(reading, t)
          : state === 'ready'
            ? images !== null && groupDigits(images)
            : t(`source.state.${problem?.code === 'file-not-found' ? 'gone' : state}`)}
      </span>
    </button>
  );
  if (entries.length === 0) return item;
  return (
    <div className="side-opened">
      {item}
      {source.added ? (
        <MenuButton size="sm" label={more} entries={() => entries} />
      ) : (
        <IconButton
          icon="close"
          size="sm"
          label={t('place.close.of', { name })}
          onClick={() => void act.closePlace(source.id)}
        />
      )}
      {menu.element}
    </div>
  );
}
