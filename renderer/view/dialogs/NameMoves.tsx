import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { InlineNotice } from '../../ui/InlineNotice';
import type { NameCheck } from './checkName';

/** Says beforehand when another image loses a name that is to be given. */
export function NameMoves({ check }: { readonly check: NameCheck | null }): ReactNode {
  const t = useT();
  if (!check?.ok || !check.holder) return null;
  return (
    <InlineNotice tone="warn">
      {t('dialog.name.moves', {
        name: visibleText(check.name),
        from: check.holder.id.slice(7, 19),
        dangling: check.holder.names.length === 1,
      })}
    </InlineNotice>
  );
}
