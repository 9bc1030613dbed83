import { useState, type ReactNode } from 'react';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import { visibleText } from '../../../shared/text/format';
import type { DialogState } from '../../store/state';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { TextArea } from '../../ui/Field';
import { tooLong } from '../fieldRoom';
import { ConfigChanges } from '../workspace/ConfigChanges';
import { ProblemNotice } from './NameDialog';
import { nameOfRootfs } from './nameOfRootfs';
import { NewImageName, useNewName } from './NewImageName';
import { useSubmit } from './useSubmit';

/** Makes an image of a root filesystem: its name, what it starts, where it comes from. */
export function ImportDialog({ file, name, typed }: Extract<DialogState, { kind: 'import' }>): ReactNode {
  const t = useT();
  const { closeDialog, importRootfs } = useActions();
  const named = useNewName(null, typed ? (typed.reference ?? '') : nameOfRootfs(name));
  const [message, setMessage] = useState(typed?.message ?? '');
  const [changes, setChanges] = useState<readonly string[]>(typed?.changes ?? []);
  const { busy, failed, submit } = useSubmit();
  const longMessage = tooLong(t, message, textBounds.message);
  const tooMany = changes.length > listBounds.configChanges;
  const can = named.trouble === null && longMessage === null && !tooMany && !busy;
  const begin = (): void => {
    const { name: reference, holder } = named;
    if (can) submit(() => importRootfs({ file, reference, holder, message, changes: [...changes] }));
  };
  return (
    <Dialog
      title={t('import.title', { file: visibleText(name) })}
      closeLabel={t('app.close')}
      width={500}
      onClose={closeDialog}
      onSubmit={begin}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={!can}>
            {t('import.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <p className="t2">{t('import.what')}</p>
        <NewImageName {...named} />
        <TextArea label={t('commit.message')} value={message} trouble={longMessage} onChange={setMessage} />
        <ConfigChanges changes={changes} onChange={setChanges} />
        {tooMany && (
          <div className="field-trouble" role="alert">
            {t('commit.tooMany', { count: changes.length, most: listBounds.configChanges })}
          </div>
        )}
        {failed && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}
