import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { limitTexts, limitValueText } from '../../../shared/text/messages/limits';
import { raisableLimit } from '../../store/operationList';
import { useActions, useApp, useLanguage, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';

/** Asks before a bound against hostile input is raised for one file. */
export function RaiseLimitDialog({ operation: id }: { readonly operation: string }): ReactNode {
  const t = useT();
  const at = useLanguage() === 'zh-CN' ? 1 : 0;
  const { closeDialog, raiseLimit } = useActions();
  const operation = useApp((state) => state.operations.find((other) => other.id === id));
  const raise = operation ? raisableLimit(operation) : null;
  if (!operation || !raise) return null;
  const { name, now, then } = raise;
  return (
    <Dialog
      title={t('limits.title', { file: visibleText(operation.subject) })}
      role="alertdialog"
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <>
          <Button autoFocus onClick={closeDialog}>
            {t('operation.cancel')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              closeDialog();
              void raiseLimit(id);
            }}
          >
            {t('limits.confirm', { value: limitValueText(name, then)[at] })}
          </Button>
        </>
      }
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
    </Dialog>
  );
}
