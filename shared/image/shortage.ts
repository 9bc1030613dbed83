import { problem, type ProblemError, type ProblemFacts } from './problem';

type Shortage = ProblemFacts['system-short']['of'];

/** Error names and the words of strerror(3), of V8 and of WebAssembly, in the order in which they are looked for. */
const words: readonly (readonly [RegExp, Shortage])[] = [
  [/\bE[MN]FILE\b|too many open files/i, 'files'],
  [/\bEAGAIN\b|resource temporarily unavailable|cannot fork/i, 'processes'],
  [/\bENOMEM\b|cannot allocate memory|out[ _]of[ _]memory|array buffer allocation failed/i, 'memory'],
];

/** What a fault of starting or running something says that there was too little of; null where it is another one. */
export function shortageOf(said: string): ProblemError | null {
  const found = words.find(([pattern]) => pattern.test(said));
  return found === undefined ? null : problem('system-short', { of: found[1] });
}
