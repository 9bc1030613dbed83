import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/text/format';
import { sourceName } from '../../store/sources';
import { useActions, useApp, useT } from '../../store/hooks';
import type { DialogState } from '../../store/state';
import { InlineNotice } from '../../ui/InlineNotice';
import { NameText } from '../NameText';
import { AskDialog } from './AskDialog';

/** Names that are listed. */
const listed = 100;

/** Asks before a copy takes names from other images of the place that it goes to: which, and what those images keep. */
export function CopyMovesDialog({
  from,
  target,
  images,
  moves,
  isChanged,
}: Extract<DialogState, { kind: 'copyMoves' }>): ReactNode {
  const t = useT();
  const { copyTo } = useActions();
  const to = useApp((state) => state.sources.find(({ id }) => id === target));
  // What was to be copied is of the place that was in view.
  const isHere = useApp((state) => state.source === from);
  const count = moves.length;
  const title = t('copyMoves.title', { count, place: sourceName(to, t) });
  return (
    <AskDialog
      title={title}
      action={t('copyMoves.do', { count })}
      go={() => void copyTo(target, images, moves)}
      isLoss={false}
      waits={!isHere}
    >
      <div className="dialog-stack">
        {isChanged && <InlineNotice tone="warn">{t('copyMoves.changed')}</InlineNotice>}
        <div className="copy-moves scroll" role="group" aria-label={title} tabIndex={0}>
          <ul>
            {moves.slice(0, listed).map(({ name, holder, isLast }) => (
              <li key={name}>
                <NameText name={name} />
                <span className="t2 f12">
                  {t('copyMoves.holder', {
                    id: holder.id.slice(7, 19),
                    size: formatBytes(holder.size),
                    isLast,
                  })}
                </span>
              </li>
            ))}
          </ul>
        </div>
        {count > listed && <p className="t3">{t('copyMoves.more', { count: count - listed })}</p>}
      </div>
    </AskDialog>
  );
}
