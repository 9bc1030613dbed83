import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Segmented } from '../../ui/Segmented';
import { ExportButton } from '../export/ExportButton';
import { FilterField } from '../shell/FilterField';

/** The table's view bar. */
export function TableBar({ shown }: { readonly shown: number }): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const group = useApp((state) => state.settings.tableGroup);
  return (
    <div className="view-bar" role="toolbar" aria-label={t('app.viewBar')}>
      <span className="t3" aria-hidden="true">
        {t('app.groupBy')}
      </span>
      <Segmented
        size="sm"
        label={t('app.groupBy')}
        value={group}
        segments={[
          { value: 'none', label: t('app.group.none') },
          { value: 'repository', label: t('app.group.repository') },
          { value: 'family', label: t('app.group.family') },
        ]}
        onChange={(tableGroup) => changeSettings({ tableGroup })}
      />
      <span className="legend t3">
        <span className="row">
          <span className="swatch" style={{ background: 'var(--size-shared)' }} />
          {t('app.legend.shared')}
        </span>
        <span className="row">
          <span className="swatch" style={{ background: 'var(--size-unique)' }} />
          {t('app.legend.unique')}
        </span>
      </span>
      <FilterField shown={shown} />
      <ExportButton />
    </div>
  );
}
