import type { ReactNode } from 'react';
import { visibleName } from '../../../shared/text/format';
import { describeProblem } from '../../../shared/text/problemText';
import { home, isHome } from '../../../shared/ipc/placeKinds';
import { useActions, useApp, useLanguage, useMarks, useT } from '../../store/hooks';
import { currentSource, sourceName } from '../../store/sources';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { InlineNotice } from '../../ui/InlineNotice';
import { Skeleton } from '../../ui/Skeleton';
import { sourceIcon } from '../sourceIcon';
import { ProblemText } from '../ProblemText';

/** Says that the images could not be read; what was read before stays in sight below. */
export function SourceTrouble(): ReactNode {
  const t = useT();
  const problem = useApp((state) => state.graphProblem);
  const inStore = useApp((state) => isHome(state.source));
  const stale = useApp((state) => state.graph !== null);
  const { refreshGraph, closePlace } = useActions();
  const source = useApp((state) => state.source);
  const { space } = useMarks();
  const language = useLanguage();
  if (!problem || (!inStore && !stale)) return null;
  const gone = problem.code === 'place-gone';
  return (
    <InlineNotice
      actions={
        // Nothing is read again where nothing is; should it come back it is read by itself.
        <Button size="sm" onClick={() => void (gone ? closePlace(source) : refreshGraph())}>
          {t(gone ? 'app.close' : 'app.tryAgain')}
        </Button>
      }
    >
      {inStore ? (
        <ProblemText problem={problem} before={t('app.storeTrouble')} />
      ) : (
        <ProblemText
          problem={problem}
          explanation={
            gone
              ? [describeProblem(problem, language).explanation, t('source.stale')].join(space)
              : t('source.stale')
          }
        />
      )}
    </InlineNotice>
  );
}

/** Says which images of an engine cannot be read, and why: its graph is without them. */
export function SourceLeftOut(): ReactNode {
  const t = useT();
  const leftOut = useApp((state) => state.leftOut);
  const source = useApp(currentSource);
  const { refreshGraph } = useActions();
  const { colon } = useMarks();
  if (leftOut === null || leftOut.count === 0) return null;
  const more = leftOut.count - leftOut.first.length;
  return (
    <InlineNotice
      tone="warn"
      actions={
        <Button size="sm" onClick={() => void refreshGraph()}>
          {t('app.tryAgain')}
        </Button>
      }
    >
      <span className="m">{t('source.leftOut', { name: sourceName(source, t), images: leftOut.count })}</span>
      <ul className="left-out">
        {leftOut.first.map(({ name, problem }, i) => (
          <li key={i} className="t2 selectable">
            <ProblemText problem={problem} before={`${visibleName(name)}${colon}`} />
          </li>
        ))}
        {more > 0 && <li className="t2">{t('source.leftOut.more', { images: more })}</li>}
      </ul>
    </InlineNotice>
  );
}

/** In the place of a view: what is being read, or why an engine shows nothing and what to do about it. */
export function SourceWaits(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const problem = useApp((state) => state.graphProblem);
  const inStore = useApp((state) => isHome(state.source));
  const source = useApp(currentSource);
  const { refreshGraph, showSource, closePlace } = useActions();
  if (!problem || inStore) {
    const label = inStore ? t('app.loading') : t('source.reading', { name: sourceName(source, t) });
    return (
      <>
        <div className="view-bar" />
        <div className="canvas loading">{!problem && <Skeleton rows={8} label={label} />}</div>
      </>
    );
  }
  const { title, explanation, advice } = describeProblem(problem, language);
  return (
    <>
      <div className="view-bar" />
      <div className="canvas source-waits" role="alert">
        <div className="source-card">
          <span className="way-icon">
            <Icon name={source ? sourceIcon[source.kind] : 'engine'} />
          </span>
          <h2 className="selectable">{title}</h2>
          <p className="t2 selectable">{explanation}</p>
          <p className="selectable">{advice}</p>
          <div className="row">
            {problem.code === 'place-gone' && source ? (
              <Button variant="primary" onClick={() => void closePlace(source.id)}>
                {t('app.close')}
              </Button>
            ) : (
              <Button variant="primary" onClick={() => void refreshGraph()}>
                {t('app.tryAgain')}
              </Button>
            )}
            <Button onClick={() => void showSource(home)}>{t('command.source.store')}</Button>
          </div>
        </div>
      </div>
    </>
  );
}

/** In the place of a view: an engine that has no image yet, or none that can be read. */
export function SourceEmpty(): ReactNode {
  const t = useT();
  const source = useApp(currentSource);
  const isEmpty = useApp((state) => state.leftOut === null || state.leftOut.count === 0);
  return (
    <>
      <div className="view-bar" />
      <div className="canvas source-waits">
        {isEmpty && <p className="t2">{t('source.empty', { name: sourceName(source, t) })}</p>}
      </div>
    </>
  );
}
