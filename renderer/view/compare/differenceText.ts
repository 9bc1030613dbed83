import type { DifferencePage } from '../../../shared/ipc/compare';
import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';

type Difference = DifferencePage['page'][number];

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** What a difference is, in a few words. */
export function differenceText({ before, after, aspects, below }: Difference, t: Translate): string {
  const within = below ? t('compare.what.within', { count: below.paths }) : null;
  if (!before || !after) {
    const only = after ?? before;
    if (within !== null) return within;
    if (only?.type === 'file' || only?.type === 'directory') return t(`compare.what.${only.type}`);
    if (only?.type === 'symlink') return t('compare.what.symlink', { target: visibleText(only.target) });
    return t('compare.what.node');
  }
  return aspects
    .flatMap((aspect) => {
      switch (aspect) {
        case 'mode':
          return t('compare.what.mode', { from: octal(before.mode), to: octal(after.mode) });
        case 'owner':
          return t('compare.what.owner', {
            from: `${before.uid}:${before.gid}`,
            to: `${after.uid}:${after.gid}`,
          });
        case 'target':
          return t('compare.what.target', { target: visibleText(after.target) });
        // A file that changed has another time, too.
        case 'times':
          return [];
        case 'content':
        case 'unread':
        case 'type':
          return t(`compare.what.${aspect}`);
      }
    })
    .concat(within ?? [])
    .join(' · ');
}
