import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Segmented } from '../../ui/Segmented';
import { tip } from '../../ui/Tooltip';
import { Crumbs } from '../Crumbs';
import { ExportButton } from '../export/ExportButton';
import { FilterField } from '../shell/FilterField';

interface Props {
  readonly steps: readonly { readonly key: string; readonly text: string }[];
  readonly onGo: (place: number) => void;
  readonly shown: number;
}

/** The matrix's view bar: the way in, what cells tell, the filter. */
export function OverlapBar({ steps, onGo, shown }: Props): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const unit = useApp((state) => state.settings.overlapUnit);
  return (
    <div className="view-bar" role="toolbar" aria-label={t('app.viewBar')}>
      <Crumbs label={t('overlap.path')} out={t('overlap.out')} steps={steps} onGo={onGo} />
      <span {...tip(t('overlap.unit.share.hint'))}>
        <Segmented
          size="sm"
          label={t('overlap.unit')}
          value={unit}
          segments={[
            { value: 'bytes', label: t('overlap.unit.bytes') },
            { value: 'share', label: t('overlap.unit.share') },
          ]}
          onChange={(overlapUnit) => changeSettings({ overlapUnit })}
        />
      </span>
      <FilterField shown={shown} />
      <ExportButton />
    </div>
  );
}
