import { useMemo, useState, type ReactNode } from 'react';
import { useActions, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Dialog } from '../../ui/Dialog';
import { prettyJson } from '../inspector/prettyJson';
import { useCopy } from '../inspector/parts';
import { RawText } from '../inspector/RawText';

interface Props {
  readonly title: string;
  readonly text: string;
}

/** A document or command in full. */
export function RawDialog({ title, text }: Props): ReactNode {
  const t = useT();
  const { closeDialog } = useActions();
  const { copied, copy } = useCopy();
  const [wrap, setWrap] = useState(true);
  const broken = useMemo(() => prettyJson(text) !== text, [text]);
  return (
    <Dialog
      title={title}
      width={860}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <>
          <CheckBox
            className="f12"
            checked={wrap}
            onChange={setWrap}
            label={<span>{t('dialog.raw.wrap')}</span>}
          />
          <span className="grow f11 t3 raw-note">{broken ? t('dialog.raw.pretty') : ''}</span>
          <Button icon={copied ? 'check' : 'copy'} onClick={() => copy(text)}>
            {t('dialog.raw.copy')}
          </Button>
          <Button variant="primary" autoFocus onClick={closeDialog}>
            {t('app.close')}
          </Button>
        </>
      }
    >
      <RawText text={text} label={title} wrap={wrap} className="raw-large" />
    </Dialog>
  );
}
