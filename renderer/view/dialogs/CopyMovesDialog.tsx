import type { ReactNode } from 'react';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { NameMove } from '../../../shared/graph/nameMoves';
import { formatBytes } from '../../../shared/text/format';
import { sourceName } from '../../store/sources';
import { useActions, useApp, useLanguage, useT } from '../../store/hooks';
import type { DialogState } from '../../store/state';
import { InlineNotice } from '../../ui/InlineNotice';
import { useNow } from '../../ui/useNow';
import { NameText } from '../NameText';
import { AskDialog } from './AskDialog';
import { imageWords, otherNames } from './imageWords';

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
  const takers = useApp((state) => (state.source === from ? state.index?.images : undefined));
  const count = moves.length;
  const lost = new Set(moves.map(({ name }) => name));
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
            {moves.slice(0, listed).map((move) => (
              <MoveRow key={move.name} move={move} lost={lost} taker={takers?.get(move.taker)} />
            ))}
          </ul>
        </div>
        {count > listed && <p className="t3">{t('copyMoves.more', { count: count - listed })}</p>}
      </div>
    </AskDialog>
  );
}

interface RowProps {
  readonly move: NameMove;
  /** All names that move. */
  readonly lost: ReadonlySet<string>;
  /** Unknown where another place is in view meanwhile. */
  readonly taker: ImageNode | undefined;
}

/** A name: of which image it is now and what that keeps, and to which it goes. */
function MoveRow({ move: { name, holder, isLast }, lost, taker }: RowProps): ReactNode {
  const t = useT();
  const language = useLanguage();
  const now = useNow(60_000);
  const kept = otherNames(holder.names, lost, t);
  return (
    <li>
      <NameText name={name} />
      <span className="t2 f12">
        {t('copyMoves.holder', {
          image: imageWords(holder, t, language, now),
          size: formatBytes(holder.size),
          // One whose names all move may come along under another.
          others: isLast ? '' : kept || t('copyMoves.named'),
        })}
      </span>
      {taker && (
        <span className="t2 f12">
          {t('copyMoves.taker', {
            image: imageWords(taker, t, language, now),
            size: formatBytes(taker.size),
          })}
        </span>
      )}
    </li>
  );
}
