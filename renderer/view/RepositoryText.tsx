import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
import { fitNameParts } from '../chart/layers/textFit';
import { FitText, type Piece } from './FitText';

interface Props {
  readonly repository: string;
  /** Classes of the whole, and of what stands before its last part. */
  readonly look?: string;
  readonly lead?: string;
}

/**
 * A repository of which the registry and the namespaces are cut first: its last part tells images apart, and is cut in its
 * middle.
 */
export function RepositoryText({ repository, look = 'm', lead = '' }: Props): ReactNode {
  const whole = visibleText(repository);
  const slash = whole.lastIndexOf('/') + 1;
  const pieces = (first: string, last: string): readonly Piece[] => [
    { text: first, className: lead },
    { text: last },
  ];
  return (
    <FitText
      whole={whole}
      pieces={pieces(whole.slice(0, slash), whole.slice(slash))}
      fit={(fits) => {
        const parts = fitNameParts(whole, fits);
        return parts ? pieces(parts.lead, `${parts.last}${parts.tag}`) : [{ text: '…' }];
      }}
      className={look}
    />
  );
}
