import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { visibleText } from '../../../shared/text/format';
import { useLanguage, useT } from '../../store/hooks';
import { InlineNotice } from '../../ui/InlineNotice';
import { useNow } from '../../ui/useNow';
import type { NameCheck } from './checkName';
import { imageWords, otherNames } from './imageWords';

interface Props {
  readonly check: NameCheck | null;
  /** The image that takes the name, where it is one that is there already. */
  readonly taker?: ImageNode | undefined;
}

/** Says beforehand when another image loses a name that is to be given: which, what it keeps, and which image takes it. */
export function NameMoves({ check, taker }: Props): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow(60_000);
  if (!check?.ok || !check.holder) return null;
  const { holder } = check;
  const lost = new Set(holder.names.filter((name) => name === check.listed));
  return (
    <InlineNotice tone="warn">
      {t('dialog.name.moves', {
        name: visibleText(check.name),
        from: imageWords(holder, t, language, now),
        dangling: holder.names.length === 1,
        others: otherNames(holder.names, lost, t),
        to: taker ? imageWords(taker, t, language, now) : '',
      })}
    </InlineNotice>
  );
}
