import { useContext, type ReactNode } from 'react';
import { splitName } from '../../shared/image/reference';
import { visibleText } from '../../shared/text/format';
import { fitMiddle, fitNamed, fitNameParts } from '../chart/layers/textFit';
import { tip } from '../ui/Tooltip';
import { WholeNames } from '../ui/wholeNames';
import { FitText, type Piece } from './FitText';

interface Props {
  readonly name: string;
  readonly tooltip?: string;
  readonly weight?: 'm' | '';
}

/** An image's name of which the repository is cut first, then the tag in its middle; in dialogs it is never cut. */
export function NameText({ name, tooltip, weight = 'm' }: Props): ReactNode {
  const whole = visibleText(name);
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
          const parts = fitNameParts(whole, fits);
          return parts
            ? pieces(`${parts.lead}${parts.last}`, parts.tag)
            : [{ text: fitMiddle(whole, fits) ?? '…' }];
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
          const shown = fitNamed(whole, (short) => fits(say(short)));
          return [{ text: shown === null ? (fitMiddle(say(whole), fits) ?? '…') : say(shown) }];
        }}
      />
    </span>
  );
}
