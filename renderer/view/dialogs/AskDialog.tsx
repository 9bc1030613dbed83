import type { ReactNode } from 'react';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';

interface Props {
  readonly title: string;
  /** What the person does by going on, on its button. */
  readonly action: string;
  readonly go: () => void;
  /** On the button that leaves all as it is, which has the focus; "Cancel" where nothing is said. */
  readonly keep?: string;
  /** Whether something is lost by it. */
  readonly isLoss?: boolean;
  /** It is not known yet what would be lost. */
  readonly waits?: boolean;
  readonly children: ReactNode;
}

/** A question before something that cannot be taken back: it closes at either answer. */
export function AskDialog({
  title,
  action,
  go,
  keep,
  isLoss = true,
  waits = false,
  children,
}: Props): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  return (
    <Dialog
      title={title}
      role="alertdialog"
      onClose={closeDialog}
      footer={
        <>
          <Button autoFocus onClick={closeDialog}>
            {keep ?? t('operation.cancel')}
          </Button>
          <Button
            variant={isLoss ? 'danger' : 'primary'}
            disabled={waits}
            onClick={() => {
              closeDialog();
              go();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
