import type { ReactNode, RefObject } from 'react';
import type { OperationState } from '../../../shared/ipc/operation';
import { formatAge } from '../../../shared/text/format';
import { describeProblem } from '../../../shared/text/problemText';
import { canRetry, finishedOperations, raisableLimit, timeToUndo, trashOf } from '../../store/operationList';
import { operationOutcome } from '../../store/operationText';
import { useActions, useApp, useLanguage, useRetries, useT } from '../../store/hooks';
import { useNow } from '../../ui/useNow';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';

/** What has ended, latest first: outcome, reason, and what can still be done about it. */
export function OperationsPanel({ anchor }: { readonly anchor: RefObject<HTMLElement | null> }): ReactNode {
  const t = useT();
  const { setOperationsOpen, dismissOperation } = useActions();
  const finished = finishedOperations(useApp((state) => state.operations));
  return (
    <Popover
      label={t('operation.title')}
      anchor={anchor}
      placement="above-end"
      className="operations-panel"
      onClose={() => setOperationsOpen(false)}
    >
      <div className="row panel-head">
        <h2 className="b">{t('operation.title')}</h2>
        {finished.length > 0 && (
          <Button
            size="sm"
            variant="ghost"
            className="right"
            onClick={() => finished.forEach(({ id }) => void dismissOperation(id))}
          >
            {t('operation.dismissAll')}
          </Button>
        )}
      </div>
      {finished.length === 0 && <p className="t3">{t('operation.none')}</p>}
      <ul>
        {finished.map((operation) => (
          <Finished key={operation.id} operation={operation} />
        ))}
      </ul>
    </Popover>
  );
}

function Finished({ operation }: { readonly operation: OperationState }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow();
  const retries = useRetries();
  const { dismissOperation, openDialog, retryOperation, showFile, undoCleanUp, collectGarbage } =
    useActions();
  const { status, result, problem } = operation;
  const token = result?.kind === 'save' ? result.token : null;
  const trash = trashOf(result) ?? null;
  // The steps of `now` are coarser than a click: what was just removed can be put back.
  const left = timeToUndo(operation, Math.max(now, operation.finishedAt ?? 0));
  return (
    <li className="finished">
      <Icon name={status === 'done' ? 'check' : status === 'failed' ? 'warning' : 'close'} size={14} />
      <div className="col grow">
        <span className="wrap">{operationOutcome(operation, t)}</span>
        {problem && status === 'failed' && (
          <span className="t2 wrap selectable">{describeProblem(problem, language).title}</span>
        )}
        <span className="t3 f11">
          {operation.finishedAt !== null &&
            formatAge(new Date(operation.finishedAt).toISOString(), now, language)}
        </span>
        {left !== null && (
          <span className="t2 f11">{t('operation.putBackFor', { minutes: Math.ceil(left / 60_000) })}</span>
        )}
      </div>
      {trash !== null && left !== null && (
        <>
          <Button size="sm" icon="undo" onClick={() => void undoCleanUp(trash)}>
            {t('operation.putBack')}
          </Button>
          <Button size="sm" onClick={() => void collectGarbage([trash])}>
            {t('cleanup.collect')}
          </Button>
        </>
      )}
      {token !== null && (
        <IconButton
          icon="folder"
          size="sm"
          label={t('operation.show')}
          onClick={() => void showFile(token)}
        />
      )}
      {raisableLimit(operation) && (
        <Button size="sm" onClick={() => openDialog({ kind: 'raiseLimit', operation: operation.id })}>
          {t('limits.raise')}
        </Button>
      )}
      {canRetry(operation, retries) && !raisableLimit(operation) && (
        <IconButton
          icon="retry"
          size="sm"
          label={t('app.tryAgain')}
          onClick={() => void retryOperation(operation.id)}
        />
      )}
      <IconButton
        icon="close"
        size="sm"
        label={t('operation.dismiss')}
        onClick={() => void dismissOperation(operation.id)}
      />
    </li>
  );
}
