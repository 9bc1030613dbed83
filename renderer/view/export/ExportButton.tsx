import type { ReactNode } from 'react';
import type { Translate } from '../../../shared/text/catalogue';
import { useT } from '../../store/hooks';
import { MenuButton, type MenuEntry } from '../../ui/Menu';
import { currentExport } from './currentExport';
import { formatsOf, pictures, takeAway } from './exportView';

/** The pictures of all of the drawing. */
const wholeEntries = (t: Translate): readonly MenuEntry[] => [
  { kind: 'heading', label: t('export.whole') },
  ...pictures.map((format): MenuEntry => ({
    kind: 'item',
    id: `export.whole.${format}`,
    label: t(`export.whole.${format === 'png' ? 'png' : 'svg'}`),
    run: () => void takeAway(format, true),
  })),
];

/** The button at the end of a view bar that hands out the view's picture and data. */
export function ExportButton(): ReactNode {
  const t = useT();
  const entries = (): readonly MenuEntry[] => {
    const offered = currentExport();
    if (!offered) return [{ kind: 'heading', label: t('export.nothing') }];
    return formatsOf(offered).flatMap((format, i): MenuEntry[] => [
      ...(i === 0 ? [{ kind: 'heading' as const, label: t('export.picture') }] : []),
      ...(i === pictures.length && offered.whole ? wholeEntries(t) : []),
      ...(i === pictures.length ? [{ kind: 'heading' as const, label: t('export.data') }] : []),
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
