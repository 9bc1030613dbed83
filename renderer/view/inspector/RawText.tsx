import { useMemo, type ReactNode } from 'react';
import { visibleLines } from '../../../shared/text/format';
import { prettyJson } from './prettyJson';

interface Props {
  readonly text: string;
  /** Name of what is shown, read aloud. */
  readonly label: string;
  readonly wrap?: boolean;
  readonly className?: string;
  /** Characters to show; what comes after is cut off. */
  readonly limit?: number;
}

/** A stored text, every line safe to show; can be selected, scrolled with the keyboard and read by a screen reader. */
export function RawText({ text, label, wrap = false, className = '', limit }: Props): ReactNode {
  const shown = useMemo(() => {
    const lines = prettyJson(text).replace(/\r\n/g, '\n');
    return visibleLines(limit === undefined ? lines : lines.slice(0, limit));
  }, [text, limit]);
  return (
    <pre
      className={`raw-text mono scroll selectable ${wrap ? 'wrap' : ''} ${className}`
        .replace(/\s+/g, ' ')
        .trim()}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      {shown}
    </pre>
  );
}
