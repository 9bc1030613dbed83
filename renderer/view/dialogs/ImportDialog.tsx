import type { ReactNode } from 'react';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import { visibleText } from '../../../shared/text/format';
import { importForm } from '../../store/forms';
import type { DialogOf } from '../../store/state';
import { useActions, useForm, useT } from '../../store/hooks';
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
export function ImportDialog(dialog: DialogOf<'import'>): ReactNode {
  const { name } = dialog;
  const t = useT();
  const { closeDialog, importRootfs } = useActions();
  const start = { name: nameOfRootfs(name), message: '', changes: none };
  const [values, fillIn] = useForm(importForm(dialog), start);
  const { message, changes } = values;
  const named = useNewName(null, values.name, (text) => fillIn({ name: text }));
  const { busy, failed, submit } = useSubmit();
  const longMessage = tooLong(t, message, textBounds.message);
  const tooMany = changes.length > listBounds.configChanges;
  const can = named.trouble === null && longMessage === null && !tooMany && !busy;
  const begin = (): void => {
    const { name: reference, holder } = named;
    if (can) submit(() => importRootfs(dialog, { reference, holder, message, changes: [...changes] }));
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
        <TextArea
          label={t('commit.message')}
          value={message}
          trouble={longMessage}
          onChange={(text) => fillIn({ message: text })}
        />
        <ConfigChanges changes={changes} onChange={(all) => fillIn({ changes: all })} />
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

const none: readonly string[] = [];
