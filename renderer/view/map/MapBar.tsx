import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Segmented } from '../../ui/Segmented';
import { Crumbs } from '../Crumbs';
import { ExportButton } from '../export/ExportButton';
import { FilterField } from '../shell/FilterField';

interface Props {
  readonly steps: readonly { readonly key: string; readonly text: string }[];
  readonly onGo: (place: number) => void;
  readonly shown: number;
}

/** The map's view bar: the way in, how much is drawn, the filter. */
export function MapBar({ steps, onGo, shown }: Props): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const detail = useApp((state) => state.settings.mapDetail);
  return (
    <div className="view-bar" role="toolbar" aria-label={t('app.viewBar')}>
      <Crumbs label={t('map.path')} out={t('map.out')} steps={steps} onGo={onGo} />
      <Segmented
        size="sm"
        label={t('map.detail')}
        value={detail}
        segments={[
          { value: 'images', label: t('map.detail.images') },
          { value: 'layers', label: t('map.detail.layers') },
        ]}
        onChange={(mapDetail) => changeSettings({ mapDetail })}
      />
      <FilterField shown={shown} />
      <ExportButton />
    </div>
  );
}
