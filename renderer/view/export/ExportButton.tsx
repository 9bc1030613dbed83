import type { ReactNode } from 'react';
import { useT } from '../../store/hooks';
import { MenuButton, type MenuEntry } from '../../ui/Menu';
import { currentExport } from './currentExport';
import { formatsOf, takeAway } from './exportView';

/** The button at the end of a view bar that hands out the view's picture and data. */
export function ExportButton(): ReactNode {
  const t = useT();
  const entries = (): readonly MenuEntry[] => {
    const offered = currentExport();
    if (!offered) return [{ kind: 'heading', label: t('export.nothing') }];
    return formatsOf(offered).flatMap((format, i): MenuEntry[] => [
      ...(i === 0 ? [{ kind: 'heading' as const, label: t('export.picture') }] : []),
      ...(i === 2 ? [{ kind: 'heading' as const, label: t('export.data') }] : []),
      {
        kind: 'item',
        id: `export.${format}`,
        label: t(`export.${format}`),
        run: () => void takeAway(format),
      },
    ]);
  };
  return <MenuButton label={t('export.button')} icon="save" entries={entries} />;
}
