import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Segmented } from '../../ui/Segmented';

/** What the window remembers; every choice applies at once. */
export function PreferencesDialog(): ReactNode {
  const t = useT();
  const { closeDialog, changeSettings, copy } = useActions();
  const settings = useApp((state) => state.settings);
  const storePath = useApp((state) => state.start?.storePath ?? '');
  return (
    <Dialog
      title={t('dialog.preferences.title')}
      width={540}
      closeLabel={t('app.close')}
      onClose={closeDialog}
      footer={
        <Button variant="primary" autoFocus onClick={closeDialog}>
          {t('app.close')}
        </Button>
      }
    >
      <div className="preferences">
        <Preference label={t('dialog.preferences.theme')}>
          <Segmented
            label={t('dialog.preferences.theme')}
            value={settings.theme}
            onChange={(theme) => changeSettings({ theme })}
            segments={[
              { value: 'system', label: t('dialog.preferences.theme.system') },
              { value: 'light', label: t('dialog.preferences.theme.light') },
              { value: 'dark', label: t('dialog.preferences.theme.dark') },
            ]}
          />
        </Preference>
        <Preference label={t('dialog.preferences.language')}>
          <Segmented
            label={t('dialog.preferences.language')}
            value={settings.language}
            onChange={(language) => changeSettings({ language })}
            segments={[
              { value: 'system', label: t('dialog.preferences.language.system') },
              // A language is named in itself, so that everybody finds the way back.
              { value: 'en', label: 'English' },
              { value: 'zh-CN', label: '简体中文' },
            ]}
          />
        </Preference>
        <Preference label={t('dialog.preferences.density')}>
          <Segmented
            label={t('dialog.preferences.density')}
            value={settings.density}
            onChange={(density) => changeSettings({ density })}
            segments={[
              { value: 'regular', label: t('dialog.preferences.density.regular') },
              { value: 'compact', label: t('dialog.preferences.density.compact') },
            ]}
          />
        </Preference>
        <Preference label={t('dialog.preferences.group')}>
          <Segmented
            label={t('dialog.preferences.group')}
            value={settings.tableGroup}
            onChange={(tableGroup) => changeSettings({ tableGroup })}
            segments={[
              { value: 'none', label: t('app.group.none') },
              { value: 'repository', label: t('app.group.repository') },
              { value: 'family', label: t('app.group.family') },
            ]}
          />
        </Preference>
        <Preference label={t('dialog.preferences.saveFormat')}>
          <Segmented
            label={t('dialog.preferences.saveFormat')}
            value={settings.saveFormat}
            onChange={(saveFormat) => changeSettings({ saveFormat })}
            segments={[
              { value: 'docker-archive', label: t('dialog.save.docker') },
              { value: 'oci-archive', label: t('dialog.save.oci') },
            ]}
          />
        </Preference>
        <Preference label={t('dialog.preferences.store')}>
          <span className="mono f12 selectable store-path">{storePath}</span>
          <IconButton
            icon="copy"
            size="sm"
            label={t('dialog.preferences.copyStore')}
            onClick={() => void copy(storePath)}
          />
        </Preference>
        <p className="f12 t3 preference-note">
          {t('dialog.preferences.storeHint', { command: '--store DIR' })}
        </p>
      </div>
    </Dialog>
  );
}

function Preference({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="preference">
      <span className="t2">{label}</span>
      <div className="row">{children}</div>
    </div>
  );
}
