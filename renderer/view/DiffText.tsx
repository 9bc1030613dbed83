import type { ReactNode } from 'react';
import { visibleLines } from '../../shared/text/format';
import type { DiffPiece } from '../../shared/text/wordDiff';

/** One side of two texts that were compared word by word: what the other side has not is marked. */
export function DiffText({
  pieces,
  side,
}: {
  readonly pieces: readonly DiffPiece[];
  readonly side: 'first' | 'second';
}): ReactNode {
  const other = side === 'first' ? 'new' : 'gone';
  return pieces
    .filter(({ kind }) => kind !== other)
    .map(({ kind, text }, i) => {
      const shown = visibleLines(text);
      if (kind === 'gone') return <del key={i}>{shown}</del>;
      return kind === 'new' ? <ins key={i}>{shown}</ins> : <span key={i}>{shown}</span>;
    });
}
