import { useRef, type ReactNode } from 'react';
import type { OperationState } from '../../../shared/ipc/operation';
import { formatAge, formatRate } from '../../../shared/text/format';
import { amountText, leftText, phaseText } from '../../../shared/text/progressText';
import { finishedOperations, runningOperations } from '../../store/operationList';
import { operationSubject, operationTitle } from '../../../shared/text/operationWords';
import { lastOutcome } from '../../store/lastOutcome';
import { useActions, useApp, useLanguage, useT } from '../../store/hooks';
import { useNow } from '../../ui/useNow';
import { ProgressBar } from '../../ui/Amounts';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { OperationsPanel } from './OperationsPanel';

const rowsAtMost = 3;

const icons: Readonly<Record<OperationState['kind'], IconName>> = {
  load: 'load',
  samples: 'archive',
  save: 'save',
  remove: 'delete',
  prune: 'prune',
  cleanup: 'prune',
  mount: 'mount',
  workspace: 'workspace',
  commit: 'layers',
  squash: 'squash',
  rewrite: 'layers',
  import: 'load',
  export: 'save',
  copy: 'copy',
  copyIn: 'load',
  copyOut: 'save',
  hash: 'search',
  look: 'archive',
};

/** The foot of the window: a row for each running operation, and what ended last. */
export function OperationsBar(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow();
  const { setOperationsOpen } = useActions();
  const operations = useApp((state) => state.operations);
  const open = useApp((state) => state.operationsOpen);
  const graph = useApp((state) => state.graph);
  const button = useRef<HTMLButtonElement>(null);
  const running = runningOperations(operations);
  const finished = finishedOperations(operations);
  const [last] = finished;
  const line = useApp((state) => (last ? lastOutcome(last, state, t).text : ''));
  const trouble = useApp((state) => last !== undefined && lastOutcome(last, state, t).trouble);
  return (
    <footer className="operations" aria-label={t('operation.title')} data-pane="operations">
      {running.slice(0, rowsAtMost).map((operation) => (
        <OperationRow key={operation.id} operation={operation} />
      ))}
      <div className="operations-line" data-trouble={trouble || undefined}>
        {last ? (
          <>
            <Icon name={trouble ? 'warning' : last.status === 'done' ? 'check' : 'close'} size={14} />
            <span className="ell">{line}</span>
            <span className="t3">
              {last.finishedAt !== null && formatAge(new Date(last.finishedAt).toISOString(), now, language)}
            </span>
          </>
        ) : (
          <span className="t3">{t('operation.idle')}</span>
        )}
        {running.length > rowsAtMost && (
          <span className="t3">{t('operation.more', { count: running.length - rowsAtMost })}</span>
        )}
        <span className="right t3 num">
          {graph && t('app.count', { images: graph.images.length, layers: graph.layers.length })}
        </span>
        <button
          ref={button}
          type="button"
          className="operations-button"
          aria-expanded={open}
          aria-haspopup="dialog"
          onClick={() => setOperationsOpen(!open)}
        >
          {t('operation.title')}
          <Icon name={open ? 'chevronDown' : 'chevronUp'} size={14} />
        </button>
      </div>
      {open && <OperationsPanel anchor={button} />}
    </footer>
  );
}

function OperationRow({ operation }: { readonly operation: OperationState }): ReactNode {
  const t = useT();
  const { cancelOperation } = useActions();
  const { progress, kind } = operation;
  const { done, total, rate, image, images } = progress;
  const [amount, left] = [amountText(progress, t), leftText(progress, t)];
  const subject = operationSubject(operation, t);
  const title = operationTitle(operation, 'running', t);
  return (
    <div className="operation-row">
      <Icon name={icons[kind]} size={14} />
      <span className="m ell">{title}</span>
      <span className="t3 ell phase">{phaseText(progress, t)}</span>
      <ProgressBar className="grow" done={image ?? done} total={images ?? total} label={title} />
      {amount !== '' && <span className="num">{amount}</span>}
      {rate !== null && <span className="num t2">{formatRate(rate)}</span>}
      {left !== '' && <span className="num t2 left">{left}</span>}
      <Button
        size="sm"
        aria-label={t('operation.cancelOf', { subject })}
        onClick={() => void cancelOperation(operation.id)}
      >
        {t('operation.cancel')}
      </Button>
    </div>
  );
}
