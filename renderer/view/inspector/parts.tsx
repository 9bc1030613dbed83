import { useEffect, useId, useState, type ReactNode } from 'react';
import type { ChainId, Digest, DiffId, ImageId } from '../../../shared/image/digest';
import { shortDigest } from '../../../shared/image/digest';
import {
  formatBytes,
  formatDateTime,
  formatUtc,
  groupDigits,
  isNoDate,
  isCut,
  shownPiece,
  visibleText,
} from '../../../shared/text/format';
import type { MessageKey } from '../../../shared/text/catalogue';
import { useActions, useLanguage, useT } from '../../store/hooks';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';

/** Which sections are folded; kept while the window lives, so that another selection finds them as they were. */
const folded = new Map<string, boolean>();

interface SectionProps {
  readonly title: string;
  /** At the end of the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Makes it foldable; the name under which its state is kept. */
  readonly fold?: string;
  readonly startFolded?: boolean;
}

/** A part of the inspector with its heading. */
export function Section({ title, aside, children, fold, startFolded = false }: SectionProps): ReactNode {
  const [closed, setClosed] = useState(fold !== undefined && (folded.get(fold) ?? startFolded));
  const id = useId();
  if (fold === undefined) {
    return (
      <section className="insp-section" aria-labelledby={id}>
        <h3>
          <span id={id}>{title}</span>
          {aside != null && <span className="right">{aside}</span>}
        </h3>
        {children}
      </section>
    );
  }
  const toggle = (): void => {
    folded.set(fold, !closed);
    setClosed(!closed);
  };
  return (
    <section className="insp-section" aria-labelledby={id}>
      <h3 className={closed ? 'closed' : undefined}>
        <button
          type="button"
          className="insp-fold"
          aria-expanded={!closed}
          aria-controls={`${id}-body`}
          onClick={toggle}
        >
          <span id={id}>{title}</span>
          <span className="right row">
            {aside}
            <Icon name={closed ? 'chevronRight' : 'chevronDown'} size={14} />
          </span>
        </button>
      </h3>
      <div id={`${id}-body`} hidden={closed}>
        {!closed && children}
      </div>
    </section>
  );
}

/** A line of facts: what it is, and its value. Stands in a `dl.insp-facts`. */
export function Fact({
  label,
  children,
  mono = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly mono?: boolean;
}): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd className={mono ? 'mono f11' : undefined}>{children}</dd>
    </>
  );
}

type CopiedThing = Extract<MessageKey, `inspector.copy.${string}`>;

/** How long a copy button says that it has copied, milliseconds. */
const copiedFor = 1500;

/** Copies a text; `copied` is true for a moment after it. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const actions = useActions();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (round === 0) return undefined;
    const timer = setTimeout(() => setRound(0), copiedFor);
    return () => clearTimeout(timer);
  }, [round]);
  const copy = (text: string): void => {
    void actions.copy(text).then(() => setRound((n) => n + 1));
  };
  return { copied: round > 0, copy };
}

/**
 * Copies a text as it is shown, on one line, so that a terminal into which it is pasted runs nothing; of several each
 * has its own. `what` names it in the tooltip.
 */
export function CopyButton({
  text,
  what,
}: {
  readonly text: string | readonly string[];
  readonly what: CopiedThing;
}): ReactNode {
  const t = useT();
  const { copied, copy } = useCopy();
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'}
      size="sm"
      className="insp-copy"
      label={t(what)}
      onClick={() => copy([text].flat().map(visibleText).join('\n'))}
    />
  );
}

/** A digest of some kind: short, whole in the tooltip and when copied. */
export function DigestFact(props: {
  readonly label: string;
  readonly digest: Digest | DiffId | ChainId | ImageId;
  readonly what: CopiedThing;
  readonly children?: ReactNode;
}): ReactNode {
  const { label, digest, what, children } = props;
  return (
    <Fact label={label} mono>
      <span className="selectable" {...tip(digest)}>
        {shortDigest(digest)}
      </span>
      <CopyButton text={digest} what={what} />
      {children}
    </Fact>
  );
}

/** A date as the language writes it, with UTC in its tooltip; says so when none was recorded. */
export function DateText({ iso }: { readonly iso: string | null }): ReactNode {
  const t = useT();
  const language = useLanguage();
  if (isNoDate(iso)) return <span className="t3">{t('table.noDate')}</span>;
  return (
    <time className="num" dateTime={iso} {...tip(formatUtc(iso))}>
      {formatDateTime(iso, language)}
    </time>
  );
}

/** A size, with the exact bytes in its tooltip. */
export function Bytes({
  bytes,
  className = '',
}: {
  readonly bytes: number;
  readonly className?: string;
}): ReactNode {
  const t = useT();
  return (
    <span
      className={`num ${bytes === 0 ? 't3' : ''} ${className}`.replace(/\s+/g, ' ').trim()}
      {...tip(t('app.bytes', { exact: groupDigits(bytes) }))}
    >
      {formatBytes(bytes)}
    </span>
  );
}

/** A longer text is folded to the second of these numbers of letters: one more line costs as much as the button that unfolds it. */
const folds = { from: 180, to: 120 } as const;

/** A text of an image: a long one begins folded, and a press unfolds as much as a window lays out. */
export function FoldedText({
  text,
  className = '',
}: {
  readonly text: string;
  readonly className?: string;
}): ReactNode {
  const t = useT();
  const [open, setOpen] = useState(false);
  const whole = shownPiece(text);
  const letters = [...whole];
  const isLong = letters.length > folds.from;
  return (
    <span className={`insp-wrap selectable ${className}`.trim()}>
      {isLong && !open ? `${letters.slice(0, folds.to).join('')}…` : whole}
      {isLong && (
        <button
          type="button"
          className="link-btn f12 insp-unfold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'inspector.showLess' : 'inspector.showWhole')}
        </button>
      )}
    </span>
  );
}

/** A {@link FoldedText} of any length, and a button that copies all of it where a window does not lay that out. */
export function LongText({ text }: { readonly text: string }): ReactNode {
  return (
    <>
      <FoldedText text={text} />
      {isCut(text) && <CopyButton text={text} what="inspector.copy.value" />}
    </>
  );
}

/** Items that one press of the button lays out: a hundred thousand at once would hold the window for seconds. */
const atOnce = 1000;

interface CappedProps<T> {
  readonly items: readonly T[];
  /** Items in sight until all are asked for. */
  readonly cap: number;
  readonly render: (item: T, at: number) => ReactNode;
  readonly className?: string;
  readonly label?: string;
}

/** The beginning of a list, and the button that shows more of it; null where it is all there. */
export function useCapped<T>(
  items: readonly T[],
  cap: number,
): { readonly shown: readonly T[]; readonly button: ReactNode } {
  const t = useT();
  const [more, setMore] = useState(0);
  // One more line costs as much as the button that hides it.
  const short = items.length > cap + 1 && cap + more < items.length;
  const next = Math.min(atOnce, items.length - cap - more);
  return {
    shown: short ? items.slice(0, cap + more) : items,
    button: items.length > cap + 1 && (
      <button
        type="button"
        className="link-btn f12 insp-all"
        aria-expanded={more > 0}
        onClick={() => setMore(short ? more + atOnce : 0)}
      >
        {!short
          ? t('inspector.showFewer')
          : more + next + cap === items.length
            ? t('inspector.showAll', { count: items.length })
            : t('inspector.showMore', { count: next, all: items.length })}
      </button>
    ),
  };
}

/** A list that begins short and shows more on demand, all of it where that is not too much at once. */
export function CappedList<T>({ items, cap, render, className, label }: CappedProps<T>): ReactNode {
  const { shown, button } = useCapped(items, cap);
  return (
    <>
      <ul className={className} aria-label={label}>
        {shown.map(render)}
      </ul>
      {button}
    </>
  );
}
