import { useContext, type ReactNode } from 'react';
import { splitName } from '../../shared/image/reference';
import { visibleText } from '../../shared/text/format';
import { fitNameApart, namesOf, tagOf, type ShownTexts } from '../chart/layers/fitApart';
import { fitMiddle } from '../chart/layers/textFit';
import { useApp } from '../store/hooks';
import { tip } from '../ui/Tooltip';
import { WholeNames } from '../ui/wholeNames';
import { FitText, type Piece } from './FitText';

interface Props {
  readonly name: string;
  readonly tooltip?: string;
  readonly weight?: 'm' | '';
}

/** The names of the place in view: what a name is told from. */
function useNamesInView(): ShownTexts | null {
  const images = useApp((state) => state.graph?.images);
  return images ? namesOf(images) : null;
}

/** Where the tag begins in a name that was shortened; its end where none of it is to be seen as one. */
function tagStart(shown: string, whole: string): number {
  const tag = tagOf(whole);
  if (shown.endsWith(tag)) return shown.length - tag.length;
  const mark = shown.lastIndexOf(tag.slice(0, 1));
  return mark > 0 && tag.startsWith(shown.slice(mark).split('…')[0] ?? '') ? mark : shown.length;
}

/**
 * An image's name of which the repository is cut first, then the tag in its middle. Where
 * another of the place in view would be cut to the same, what it differs in is kept; in dialogs it is never cut.
 */
export function NameText({ name, tooltip, weight = 'm' }: Props): ReactNode {
  const whole = visibleText(name);
  const among = useNamesInView();
  const { repository } = splitName(whole);
  const pieces = (head: string, tag: string): readonly Piece[] => [
    { text: head },
    { text: tag, className: weight === '' ? '' : 'name-tag' },
  ];
  const inFull = useContext(WholeNames);
  if (inFull)
    return (
      <span className="name-whole" {...(tooltip === undefined ? {} : tip(tooltip))}>
        <span className={weight}>{repository}</span>
        <span className={weight === '' ? '' : 'name-tag'}>{whole.slice(repository.length)}</span>
      </span>
    );
  return (
    <span className="name-text" {...tip(tooltip ?? whole)}>
      <FitText
        whole={whole}
        pieces={pieces(repository, whole.slice(repository.length))}
        fit={(fits) => {
          const shown = fitNameApart(whole, among, fits) ?? '…';
          const cut = tagStart(shown, whole);
          return pieces(shown.slice(0, cut), shown.slice(cut));
        }}
        className={weight}
      />
    </span>
  );
}

interface SentenceProps {
  readonly name: string;
  /** The words around the name: they stay. */
  readonly say: (name: string) => string;
  readonly tooltip?: string;
  readonly className?: string;
}

/** An image's name in a few words, shortened as {@link NameText} is. */
export function NameInWords({ name, say, tooltip, className = '' }: SentenceProps): ReactNode {
  const whole = visibleText(name);
  const among = useNamesInView();
  const inFull = useContext(WholeNames);
  if (inFull)
    return (
      <span className={`name-whole ${className}`.trim()} {...(tooltip === undefined ? {} : tip(tooltip))}>
        {say(whole)}
      </span>
    );
  return (
    <span className={`name-text ${className}`.trim()} {...tip(tooltip ?? say(whole))}>
      <FitText
        whole={say(whole)}
        fit={(fits) => {
          const shown = fitNameApart(whole, among, (short) => fits(say(short)));
          return [{ text: shown === null ? (fitMiddle(say(whole), fits) ?? '…') : say(shown) }];
        }}
      />
    </span>
  );
}
