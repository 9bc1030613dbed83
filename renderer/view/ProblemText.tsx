import type { ReactNode } from 'react';
import type { Problem } from '../../shared/image/problem';
import { describeProblem } from '../../shared/text/problemText';
import { useLanguage, useMarks } from '../store/hooks';

interface Props {
  readonly problem: Problem;
  /** A sentence that stands before the title. */
  readonly before?: string;
  /** In place of why it is so. */
  readonly explanation?: string;
}

/** A problem as running text: what happened, why, what to do, each a sentence of its language. */
export function ProblemText({ problem, before, explanation }: Props): ReactNode {
  const { stop, space } = useMarks();
  const said = describeProblem(problem, useLanguage());
  const title = `${said.title}${stop}`;
  const rest = [before === undefined ? '' : title, explanation ?? said.explanation, said.advice];
  return (
    <>
      <span className="m">{before === undefined ? title : `${before}${stop}`}</span>
      {space}
      {rest.filter((sentence) => sentence !== '').join(space)}
    </>
  );
}
