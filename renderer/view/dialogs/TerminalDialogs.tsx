import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import type { DialogState } from '../../store/state';
import { AskDialog } from './AskDialog';

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
  return (
    <AskDialog
      title={t('terminal.closeTitle', { count: 1 })}
      keep={t('terminal.closeKeep')}
      action={t('terminal.closeDo')}
      go={close}
    >
      <p>{t('terminal.closeText', { name: visibleText(program) })}</p>
    </AskDialog>
  );
}

/** A terminal by its title, and the program that runs in it; null where a shell waits. */
export interface NamedTerminal {
  readonly title: string;
  readonly program: string | null;
}

/** Terminals with what runs in them. */
export function TerminalNames({ terminals }: { readonly terminals: readonly NamedTerminal[] }): ReactNode {
  const t = useT();
  return (
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
  return (
    <AskDialog
      title={t('terminal.closeTitle', { count: terminals.length })}
      action={t(words[what])}
      go={go}
      isLoss={terminals.some(({ program }) => program !== null)}
    >
      <div className="dialog-stack">
        <p>{t('terminal.closeFirst', { name: visibleText(place), count: terminals.length })}</p>
        <TerminalNames terminals={terminals} />
      </div>
    </AskDialog>
  );
}
