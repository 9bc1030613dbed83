import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
import { useT } from '../store/hooks';
import { IconButton } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { tip } from '../ui/Tooltip';
import { CutText } from './CutText';

interface Props {
  /** Name of the way, read aloud. */
  readonly label: string;
  readonly out: string;
  /** From the outermost inwards; the last one is where we are. */
  readonly steps: readonly { readonly key: string; readonly text: string }[];
  /** Back to the step at a place. */
  readonly onGo: (place: number) => void;
}

/** Steps in sight; the middle of a longer way is left out. */
const shown = 4;

/** Letters that a step keeps at the least, so that it can be told from others. */
const leastLetters = 6;

/** The least width of a step with its sign and padding, as CSS: of a short one no more than what it needs. */
function leastRoom(text: string, place: number): string {
  return `calc(${Math.min(leastLetters, visibleText(text).length)}ch + ${place === 0 ? 12 : 24}px)`;
}

/** The way into a chart, each step a way back. */
export function Crumbs({ label, out, steps, onGo }: Props): ReactNode {
  const t = useT();
  const last = steps.length - 1;
  // The first, the one we came from, and where we are; what is between them has one step of its own.
  const hidden = steps.length > shown ? steps.length - 3 : 0;
  const between = steps
    .slice(1, hidden + 1)
    .map(({ text }) => visibleText(text))
    .join(' › ');
  return (
    <nav className="crumbs" aria-label={label}>
      <IconButton
        icon="back"
        size="sm"
        label={out}
        shortcut={t('key.backspace')}
        disabled={last === 0}
        onClick={() => onGo(last - 1)}
      />
      <ol>
        {steps.map(({ key, text }, i) => {
          if (hidden > 0 && i > 0 && i <= hidden) {
            return i === 1 ? (
              <li key="…" className="left-out">
                <Icon name="chevronRight" size={12} />
                <button type="button" onClick={() => onGo(hidden)} {...tip(between)} aria-label={between}>
                  …
                </button>
              </li>
            ) : null;
          }
          return (
            <li
              key={key}
              className={i === last ? 'here' : undefined}
              style={{ minWidth: leastRoom(text, i) }}
            >
              {i > 0 && <Icon name="chevronRight" size={12} />}
              {i === last ? (
                <span className="m" aria-current="location" {...tip(text)}>
                  <CutText text={text} />
                </span>
              ) : (
                <button type="button" onClick={() => onGo(i)} {...tip(text)}>
                  <CutText text={text} />
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
