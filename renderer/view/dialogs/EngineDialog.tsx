import { useState, type ReactNode } from 'react';
import { describeProblem } from '../../../shared/text/problemText';
import { useActions, useLanguage, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from './NameDialog';
import { useSubmit } from './useSubmit';

const example = 'tcp://build.example:2375';

/** Puts an engine on the list of sources by its address; why that is refused stands in the dialog. */
export function EngineDialog(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { closeDialog, addEngine } = useActions();
  const [text, setText] = useState('');
  const { busy, failed, submit, forget } = useSubmit();
  const address = text.trim();
  const can = address !== '' && !busy;
  // What is wrong with the address itself stands at its field.
  const ofField = failed?.code === 'engine-unsupported' ? describeProblem(failed, language) : null;
  return (
    <Dialog
      title={t('dialog.engine.title')}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      onSubmit={() => can && submit(() => addEngine(address))}
      footer={
        <>
          <Button onClick={closeDialog}>{t('operation.cancel')}</Button>
          <Button variant="primary" type="submit" disabled={!can}>
            {t('dialog.engine.do')}
          </Button>
        </>
      }
    >
      <div className="dialog-stack">
        <Field
          label={t('dialog.engine.field')}
          value={text}
          mono
          autoFocus
          placeholder={example}
          hint={t('dialog.engine.hint')}
          trouble={ofField && [ofField.explanation, ofField.advice].join(language === 'zh-CN' ? '' : ' ')}
          onChange={(value) => {
            setText(value);
            forget();
          }}
        />
        {failed && !ofField && <ProblemNotice problem={failed} />}
      </div>
    </Dialog>
  );
}
