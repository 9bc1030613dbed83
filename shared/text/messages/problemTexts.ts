import type { ProblemFacts } from '../../image/problem';
import type { MessageOf } from '../message';

type Of<C extends keyof ProblemFacts> = MessageOf<ProblemFacts[C]>;

/** Texts of one code. */
export interface ProblemTexts<C extends keyof ProblemFacts> {
  readonly title: Of<C>;
  /** Why, as a full sentence. */
  readonly why: Of<C>;
  /** What can be done, as a full sentence; '' when there is nothing to add. */
  readonly advice: Of<C>;
  /** The same for the window, where `advice` speaks of an option of the command line: buttons are beside it. */
  readonly inWindow?: Of<C>;
}
