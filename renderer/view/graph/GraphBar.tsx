import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { CheckBox } from '../../ui/Choice';
import { Segmented } from '../../ui/Segmented';
import { tip } from '../../ui/Tooltip';
import { ExportButton } from '../export/ExportButton';
import { FilterField } from '../shell/FilterField';
import type { Folding } from './useFolding';

interface Props {
  readonly shown: number;
  readonly folding: Folding;
}

/** The graph's view bar. */
export function GraphBar({ shown, folding }: Props): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const settings = useApp((state) => state.settings);
  return (
    <div className="view-bar graph-bar" role="toolbar" aria-label={t('app.viewBar')}>
      <span className="t3" aria-hidden="true">
        {t('app.sizes')}
      </span>
      <Segmented
        size="sm"
        label={t('app.sizes')}
        value={settings.graphSizes}
        segments={[
          { value: 'layer', label: t('app.sizes.layer') },
          { value: 'cumulative', label: t('app.sizes.cumulative') },
        ]}
        onChange={(graphSizes) => changeSettings({ graphSizes })}
      />
      <span {...tip(t('app.fold.hint'))}>
        <CheckBox
          checked={settings.graphFold}
          label={t('app.fold')}
          onChange={(graphFold) => changeSettings({ graphFold })}
        />
      </span>
      <span {...tip(t('app.emptySteps.hint'))}>
        <CheckBox
          checked={settings.graphEmptySteps}
          label={t('app.emptySteps')}
          onChange={(graphEmptySteps) => changeSettings({ graphEmptySteps })}
        />
      </span>
      <span {...tip(t('app.onlyTagged.hint'))}>
        <CheckBox
          checked={settings.graphOnlyTagged}
          label={t('app.onlyTagged')}
          onChange={(graphOnlyTagged) => changeSettings({ graphOnlyTagged })}
        />
      </span>
      {folding.collapsed.size > 0 && (
        <Button size="sm" variant="ghost" onClick={folding.expandAll}>
          {t('graph.expandAll')}
        </Button>
      )}
      <FilterField shown={shown} />
      <ExportButton />
    </div>
  );
}
