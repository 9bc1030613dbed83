import { useEffect, useRef, type ReactNode } from 'react';
import { describeProblem } from '../../../shared/text/problemText';
import { canRetry, isImportable, raisableLimit } from '../../store/operationList';
import { operationOutcome } from '../../store/operationText';
import type { Notice } from '../../store/state';
import { useActions, useApp, useLanguage, useMarks, useRetries, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Stay } from '../../ui/stay';

const troublesShown = 2;
const newsShown = 2;

/** Milliseconds for which news stays, and news with a way back. */
const stays = 7000;
const staysWithUndo = 14_000;

/** Messages over the foot of the view: trouble stays until it is dismissed or its cause is gone, news for some seconds. */
export function Notices(): ReactNode {
  const t = useT();
  const { dismissNotice } = useActions();
  const notices = useApp((state) => state.notices);
  const all = notices.filter(({ tone }) => tone === 'trouble');
  const troubles = all.slice(-troublesShown);
  const more = all.length - troubles.length;
  // A refusal stands below a way back that is offered still.
  const news = notices.filter(({ tone }) => tone !== 'trouble').slice(-newsShown);
  if (troubles.length + news.length === 0) return null;
  return (
    <section className="notices" aria-label={t('app.notices')}>
      {more > 0 && (
        <div className="notice notices-more f12 t2">
          <span>{t('app.notices.more', { count: more })}</span>
          <Button
            size="sm"
            variant="ghost"
            className="right"
            onClick={() => all.forEach(({ id }) => dismissNotice(id))}
          >
            {t('app.notices.dismissAll')}
          </Button>
        </div>
      )}
      {troubles.map((notice) => (
        <Trouble key={notice.id} notice={notice} />
      ))}
      {news.map((notice) => (
        <News key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function Trouble({ notice }: { readonly notice: Notice }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { colon, space } = useMarks();
  const { dismissNotice, retryOperation, saveAgain, chooseAndLoad, openDialog, copy } = useActions();
  const operation = useApp((state) => state.operations.find(({ id }) => id === notice.operation));
  const retries = useRetries();
  const card = useRef<HTMLDivElement>(null);
  const { problem, save } = notice;
  useEffect(() => {
    // The person's own act failed: the message is where the focus belongs, unless they are typing elsewhere.
    if (document.activeElement === document.body) card.current?.focus();
  }, []);
  if (!problem) return null;
  const { title, explanation, advice, facts } = describeProblem(problem, language);
  const outcome = operation && operation.kind !== 'load' ? operationOutcome(operation, t) : null;
  const heading = title;
  const isRootfs =
    operation !== undefined && problem.code === 'not-an-image' && problem.facts.seen.startsWith('rootfs');
  const { layer, layers } = layersIn(problem.facts);
  const details = [
    heading,
    explanation,
    advice,
    ...facts.map(({ label, value }) => `${label}${colon}${value}`),
  ]
    .concat(`${problem.code} ${JSON.stringify(problem.facts)}`)
    .filter((line) => line !== '')
    .join('\n');
  return (
    <div
      ref={card}
      className="notice trouble"
      role="alert"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        dismissNotice(notice.id);
      }}
    >
      <Icon name="warning" />
      <div className="notice-text">
        <h2>{heading}</h2>
        {outcome !== null && outcome !== heading && <p className="t2">{outcome}</p>}
        <p className="t2">{[explanation, advice].filter((sentence) => sentence !== '').join(space)}</p>
        {layer !== null && layers !== null && layers > 1 && layers <= 40 && (
          <LayerStrip layer={layer} layers={layers} />
        )}
        {facts.length > 0 && (
          <dl className="notice-facts">
            {facts.map(({ label, value, tone }) => (
              <div key={label} className="row">
                <dt className="t3">{label}</dt>
                <dd className={`mono f11 ell selectable ${tone === 'found' ? 'found' : ''}`}>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        <div className="row notice-actions">
          {operation && isImportable(operation) && operation.retryToken !== null && (
            <Button
              variant={isRootfs ? 'primary' : 'plain'}
              onClick={() => {
                dismissNotice(notice.id);
                openDialog({ kind: 'import', file: operation.retryToken ?? '', name: operation.subject });
              }}
            >
              {t('import.offer')}
            </Button>
          )}
          {operation?.kind === 'load' && (
            <Button
              variant={isRootfs ? 'plain' : 'primary'}
              onClick={() => {
                dismissNotice(notice.id);
                void chooseAndLoad();
              }}
            >
              {t('app.notice.choose')}
            </Button>
          )}
          {operation && raisableLimit(operation) && (
            <Button onClick={() => openDialog({ kind: 'raiseLimit', operation: operation.id })}>
              {t('limits.raise')}
            </Button>
          )}
          {operation && canRetry(operation, retries) && !raisableLimit(operation) && !isRootfs && (
            <Button
              onClick={() => {
                dismissNotice(notice.id);
                void retryOperation(operation.id);
              }}
            >
              {t('app.tryAgain')}
            </Button>
          )}
          {save && <Button onClick={() => void saveAgain(save)}>{t('app.tryAgain')}</Button>}
          <Button variant="ghost" icon="copy" className="right" onClick={() => void copy(details)}>
            {t('app.notice.copy')}
          </Button>
        </div>
      </div>
      <IconButton icon="close" size="sm" label={t('app.dismiss')} onClick={() => dismissNotice(notice.id)} />
    </div>
  );
}

/** Which layer of how many, where a problem says so. */
function layersIn(facts: object): { readonly layer: number | null; readonly layers: number | null } {
  const { layer, layers } = facts as { layer?: number; layers?: number };
  return { layer: layer ?? null, layers: layers ?? null };
}

/** The layers of the archive as a strip: those that were in order, the damaged one, the rest. */
function LayerStrip({ layer, layers }: { readonly layer: number; readonly layers: number }): ReactNode {
  const t = useT();
  return (
    <div className="layer-strip" role="img" aria-label={t('app.notice.layer', { layer, layers })}>
      {Array.from({ length: layers }, (_, i) => (
        <i key={i} className={i + 1 < layer ? 'ok' : i + 1 === layer ? 'bad' : ''}>
          {i + 1}
        </i>
      ))}
    </div>
  );
}

function News({ notice }: { readonly notice: Notice }): ReactNode {
  const t = useT();
  const { dismissNotice, showSource } = useActions();
  const { undo, undoLabel, say, id, tone, show } = notice;
  const stay = useRef<Stay | null>(null);
  const time = undo || show !== undefined ? staysWithUndo : stays;
  useEffect(() => {
    const made = new Stay(time, () => dismissNotice(id));
    stay.current = made;
    return () => made.stop();
  }, [id, time, dismissNotice]);
  return (
    <div
      className={`notice news ${tone}`}
      onPointerEnter={() => stay.current?.hold('pointer')}
      onPointerLeave={() => stay.current?.release('pointer')}
      onFocus={() => stay.current?.hold('focus')}
      onBlur={() => stay.current?.release('focus')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        dismissNotice(id);
      }}
    >
      <Icon name={tone === 'done' ? 'check' : 'info'} size={14} />
      <span className="wrap">{say?.(t)}</span>
      {show !== undefined && (
        <Button
          size="sm"
          variant="ghost"
          onClick={() => {
            dismissNotice(id);
            void showSource(show);
          }}
        >
          {t('app.notice.show')}
        </Button>
      )}
      {undo && (
        <Button size="sm" variant="ghost" icon="undo" onClick={() => void undo()}>
          {undoLabel?.(t) ?? t('app.undo')}
        </Button>
      )}
      <IconButton icon="close" size="sm" label={t('app.dismiss')} onClick={() => dismissNotice(id)} />
    </div>
  );
}
