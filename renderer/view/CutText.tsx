import type { ReactNode } from 'react';
import { visibleText } from '../../shared/text/format';
import { fitMiddle } from '../chart/layers/textFit';
import { FitText } from './FitText';

interface Props {
  readonly text: string;
  readonly className?: string;
}

/** A name or a value, cut in its middle as charts do: long ones that begin alike are told apart by their ends. */
export function CutText({ text, className = '' }: Props): ReactNode {
  return (
    <FitText
      whole={visibleText(text)}
      fit={(fits) => [{ text: fitMiddle(visibleText(text), fits) ?? '…' }]}
      className={className}
    />
  );
}
