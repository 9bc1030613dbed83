import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
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
      const shown = text
        .split(/(\n|\t)/)
        .map((part, k) => (k % 2 === 1 ? part : visibleText(part)))
        .join('');
      if (kind === 'gone') return <del key={i}>{shown}</del>;
      return kind === 'new' ? <ins key={i}>{shown}</ins> : <span key={i}>{shown}</span>;
    });
}
