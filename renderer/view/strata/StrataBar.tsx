import type { ReactNode } from 'react';
import type { LayerKind } from '../../../shared/graph/layerTitle';
import { useActions, useApp, useT } from '../../store/hooks';
import { MenuButton, type MenuEntry } from '../../ui/Menu';
import { Segmented } from '../../ui/Segmented';
import { ExportButton } from '../export/ExportButton';
import { FilterField } from '../shell/FilterField';

const kinds = ['rootfs', 'packages', 'build', 'copy'] as const satisfies readonly LayerKind[];

interface Props {
  readonly shown: number;
  /** Null where there are no groups. */
  readonly groups: { readonly openAll: () => void; readonly shutAll: () => void } | null;
}

/** The view bar of the strata: heights, order, more options, what the textures mean. */
export function StrataBar({ shown, groups }: Props): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const settings = useApp((state) => state.settings);
  const options = (): readonly MenuEntry[] => [
    {
      kind: 'item',
      id: 'emptySteps',
      label: t('app.emptySteps'),
      checked: settings.graphEmptySteps,
      run: () => changeSettings({ graphEmptySteps: !settings.graphEmptySteps }),
    },
    { kind: 'rule' },
    {
      kind: 'item',
      id: 'grouped',
      label: t('strata.group'),
      checked: settings.strataGrouped,
      run: () => changeSettings({ strataGrouped: !settings.strataGrouped }),
    },
    ...(groups && settings.strataGrouped
      ? ([
          { kind: 'item', id: 'openAll', label: t('strata.openAll'), run: groups.openAll },
          { kind: 'item', id: 'shutAll', label: t('strata.shutAll'), run: groups.shutAll },
        ] as const)
      : []),
  ];
  return (
    <div className="view-bar strata-bar" role="toolbar" aria-label={t('app.viewBar')}>
      <span className="t3" aria-hidden="true">
        {t('strata.height')}
      </span>
      <Segmented
        size="sm"
        label={t('strata.height')}
        value={settings.strataHeight}
        segments={[
          { value: 'linear', label: t('strata.height.linear') },
          { value: 'balanced', label: t('strata.height.balanced') },
          { value: 'equal', label: t('strata.height.equal') },
        ]}
        onChange={(strataHeight) => changeSettings({ strataHeight })}
      />
      <span className="t3" aria-hidden="true">
        {t('strata.order')}
      </span>
      <Segmented
        size="sm"
        label={t('strata.order')}
        value={settings.strataOrder}
        segments={[
          { value: 'lineage', label: t('strata.order.lineage') },
          { value: 'size', label: t('strata.order.size') },
          { value: 'age', label: t('strata.order.age') },
        ]}
        onChange={(strataOrder) => changeSettings({ strataOrder })}
      />
      <MenuButton label={t('strata.options')} entries={options} />
      <ul className="strata-legend t2" aria-label={t('strata.legend')}>
        {kinds.map((kind) => (
          <li key={kind} className="row">
            <svg width="18" height="12" aria-hidden="true">
              <rect width="18" height="12" rx="2" fill="var(--lin-12-fill)" />
              <rect width="18" height="12" rx="2" fill={`url(#texture-${kind})`} />
            </svg>
            <span>{t(`strata.kind.${kind}`)}</span>
          </li>
        ))}
      </ul>
      <FilterField shown={shown} />
      <ExportButton />
    </div>
  );
}
