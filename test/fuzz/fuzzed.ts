import { defaultLimits } from '../../shared/image/limits';
import { ProblemError } from '../../shared/image/problem';
import { problemSentence } from '../../shared/text/problemText';

/** What an input broke: always a bug of ours. */
export class Broken extends Error {
  override name = 'Broken';
}

/** A parser, and what holds of it for any bytes. */
export interface FuzzedParser {
  readonly name: string;
  /** Words of its format. */
  readonly words: readonly string[];
  /** Makes right what would hide every other fault. */
  readonly repair?: (input: Buffer) => Buffer;
  /** Throws {@link Broken}, or anything that the parser must not throw. */
  readonly check: (input: Buffer) => void | Promise<void>;
}

/** Throws {@link Broken} where something does not hold. */
export function holds(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Broken(what);
}

/** Where documents are said to come from. */
export const origin = { file: 'fuzz.tar', entry: 'document.json', limits: defaultLimits };

/** Runs a parser; null when it refused the input with a problem, whose sentence must be fit to show. */
export function orProblem<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
    checkSentence(thrown);
    return null;
  }
}

/** Holds that a refusal can be shown as it is. */
export function checkSentence({ problem }: ProblemError): void {
  for (const language of ['en', 'zh-CN'] as const) {
    const sentence = problemSentence(problem, language);
    holds(!/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(sentence), 'a sentence is not fit to show');
    holds(!/undefined|\[object/.test(sentence), 'a sentence has a hole');
  }
}

/** Words of JSON documents. */
export const jsonWords = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  'null',
  'true',
  '""',
  '"size":',
  '"digest":',
  '"manifests":',
  '"layers":',
  '"config":',
  '"__proto__":',
  '"schemaVersion":2',
  '\\u0000',
  '\\ud800',
  `"sha256:${'a'.repeat(64)}"`,
  '1e999',
  '-0',
  '\ufeff',
];
