import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Logo } from '../shell/Logo';

/** The SPDX name of the licence in the file LICENSE. */
const licence = 'Apache-2.0';

/** What this is, its version and its licence. */
export function AboutDialog(): ReactNode {
  const t = useT();
  const { closeDialog, copy } = useActions();
  const version = useApp((state) => state.start?.version ?? '');
  return (
    <Dialog
      title={t('dialog.about.title')}
      width={400}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <Button variant="primary" autoFocus onClick={closeDialog}>
          {t('app.close')}
        </Button>
      }
    >
      <div className="about">
        <Logo size={64} />
        <div className="col">
          <span className="about-name">{t('app.name')}</span>
          <span className="row t2 num">
            <span className="selectable">{t('dialog.about.version', { version })}</span>
            <IconButton
              icon="copy"
              size="sm"
              label={t('dialog.about.copyVersion')}
              onClick={() => void copy(`Stratigraph ${version}`)}
            />
          </span>
        </div>
      </div>
      <p className="t2 about-text">{t('dialog.about.text')}</p>
      <dl className="dialog-facts">
        <dt>{t('dialog.about.licence')}</dt>
        <dd className="selectable">{licence}</dd>
        <dt>©</dt>
        <dd>{t('dialog.about.authors')}</dd>
      </dl>
    </Dialog>
  );
}
