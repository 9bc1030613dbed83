import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { useActions, useT } from '../../store/hooks';
import type { DialogState } from '../../store/state';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';

const words = {
  commit: 'terminal.thenCommit',
  unmount: 'terminal.thenUnmount',
  remove: 'terminal.thenRemove',
} as const;

/** Asks before a terminal goes with the program that runs in it. */
export function CloseTerminalDialog({
  program,
  close,
}: Extract<DialogState, { kind: 'closeTerminal' }>): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  return (
    <Dialog
      title={t('terminal.closeTitle', { count: 1 })}
      role="alertdialog"
      onClose={closeDialog}
      footer={
        <>
          <Button autoFocus onClick={closeDialog}>
            {t('terminal.closeKeep')}
          </Button>
          <Button
            variant="danger"
            onClick={() => {
              closeDialog();
              close();
            }}
          >
            {t('terminal.closeDo')}
          </Button>
        </>
      }
    >
      <p>{t('terminal.closeText', { name: visibleText(program) })}</p>
    </Dialog>
  );
}

/** Asks whether our own terminals, which are in the way of something, are closed for it. */
export function CloseTerminalsDialog({
  place,
  what,
  terminals,
  go,
}: Extract<DialogState, { kind: 'closeTerminals' }>): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  const runs = terminals.some(({ program }) => program !== null);
  return (
    <Dialog
      title={t('terminal.closeTitle', { count: terminals.length })}
      role="alertdialog"
      onClose={closeDialog}
      footer={
        <>
          <Button autoFocus onClick={closeDialog}>
            {t('operation.cancel')}
          </Button>
          <Button
            variant={runs ? 'danger' : 'primary'}
            onClick={() => {
              closeDialog();
              go();
            }}
          >
            {t(words[what])}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <p>{t('terminal.closeFirst', { name: visibleText(place), count: terminals.length })}</p>
        <ul className="terminal-names">
          {terminals.map(({ title, program }, i) => (
            <li key={i}>
              <span className="mono ell">{visibleText(title)}</span>
              <span className="t3">
                {program === null ? t('terminal.waits') : t('terminal.runs', { name: visibleText(program) })}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
