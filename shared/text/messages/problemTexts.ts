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
}
