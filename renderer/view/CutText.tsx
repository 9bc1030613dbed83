import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';

/** Letters of a text that is cut at its end alone; of a longer one so many at its end stay. */
const cut = { whole: 24, end: 8 } as const;

interface Props {
  readonly text: string;
  readonly className?: string;
}

/**
 * A name or a value in a flexible row, cut in its middle as charts do (`fitRepository`): long ones that begin alike are told
 * apart by their ends. It is read aloud in one piece.
 */
export function CutText({ text, className = '' }: Props): ReactNode {
  const shown = visibleText(text);
  const letters = [...shown];
  if (letters.length <= cut.whole) return <span className={`ell ${className}`.trim()}>{shown}</span>;
  return (
    <span className={`cut-text ${className}`.trim()}>
      <span className="visually-hidden">{shown}</span>
      <span className="ell cut-start" aria-hidden="true">
        {letters.slice(0, -cut.end).join('')}
      </span>
      <span className="cut-end" aria-hidden="true">
        {letters.slice(-cut.end).join('')}
      </span>
    </span>
  );
}
