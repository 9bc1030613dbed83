import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
import { fitApart, repositoriesOf } from '../chart/layers/fitApart';
import { fitNamed } from '../chart/layers/textFit';
import { useApp } from '../store/hooks';
import { FitText, type Piece } from './FitText';

interface Props {
  readonly repository: string;
  /** Classes of the whole, and of what stands before its last part. */
  readonly look?: string;
  readonly lead?: string;
}

/**
 * A repository of which the registry and the namespaces are cut first: its last part tells images apart, and is cut in its
 * middle. Where others of the place in view would be cut to the same, what it differs in is kept.
 */
export function RepositoryText({ repository, look = 'm', lead = '' }: Props): ReactNode {
  const whole = visibleText(repository);
  const slash = whole.lastIndexOf('/') + 1;
  const images = useApp((state) => state.graph?.images);
  const among = images ? repositoriesOf(images) : null;
  const pieces = (first: string, last: string): readonly Piece[] => [
    { text: first, className: lead },
    { text: last },
  ];
  return (
    <FitText
      whole={whole}
      pieces={pieces(whole.slice(0, slash), whole.slice(slash))}
      fit={(fits) => {
        const shown = fitApart(whole, among, { cut: fitNamed, tailOf: () => '', fits }) ?? '…';
        const last = whole.slice(slash);
        const start = shown.endsWith(last) ? shown.length - last.length : 0;
        return pieces(shown.slice(0, start), shown.slice(start));
      }}
      className={look}
    />
  );
}
