import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { limitTexts, limitValueText } from '../../../shared/text/messages/limits';
import { raisableLimit } from '../../store/operationList';
import { useActions, useApp, useLanguage, useT } from '../../store/hooks';
import { AskDialog } from './AskDialog';

/** Asks before a bound against hostile input is raised for one file. */
export function RaiseLimitDialog({ operation: id }: { readonly operation: string }): ReactNode {
  const t = useT();
  const at = useLanguage() === 'zh-CN' ? 1 : 0;
  const { raiseLimit } = useActions();
  const operation = useApp((state) => state.operations.find((other) => other.id === id));
  const raise = operation ? raisableLimit(operation) : null;
  if (!operation || !raise) return null;
  const { name, now, then } = raise;
  return (
    <AskDialog
      title={t('limits.title', { file: visibleText(operation.subject) })}
      action={t('limits.confirm', { value: limitValueText(name, then)[at] })}
      go={() => void raiseLimit(id)}
    >
      <div className="dialog-stack">
        <p>{t('limits.explain')}</p>
        <dl className="dialog-facts">
          <dt className="mono">{name}</dt>
          <dd>{limitTexts[name][at]}</dd>
          <dt>{t('limits.now')}</dt>
          <dd>{limitValueText(name, now)[at]}</dd>
          <dt>{t('limits.then')}</dt>
          <dd>{limitValueText(name, then)[at]}</dd>
        </dl>
      </div>
    </AskDialog>
  );
}
