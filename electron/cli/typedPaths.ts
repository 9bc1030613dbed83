import { basename } from 'node:path';
import type { Problem } from '../../shared/image/problem';
import { wordPath } from '../system/wordPath';

/** Words of the command line by the last name of the path that each is, where only one is. */
let typed: ReadonlyMap<string, string> = new Map();

/** Takes the words of a command, with those of its options, for {@link asTyped}. */
export function takePaths(words: readonly string[]): void {
  const found = new Map<string, string | null>();
  for (const word of new Set(words)) {
    if (!word.includes('/') && word !== '.' && word !== '..') continue;
    for (const name of new Set([basename(word), basename(wordPath(word) ?? '')]))
      if (name !== '') found.set(name, found.has(name) ? null : word);
  }
  typed = new Map([...found].flatMap(([name, word]) => (word === null ? [] : [[name, word] as const])));
}

/**
 * A problem with its file as the person typed it. Use cases know a file by its last name, because a window shows no more of a
 * path than the dialog in which it was chosen; on a command line that name says too little.
 */
export function asTyped(problem: Problem): Problem {
  const facts = problem.facts as Readonly<Record<string, unknown>>;
  const changed = ['path', 'file'].flatMap((key) => {
    const word = typeof facts[key] === 'string' ? typed.get(facts[key]) : undefined;
    return word === undefined ? [] : [[key, word] as const];
  });
  if (changed.length === 0) return problem;
  return { ...problem, facts: { ...facts, ...Object.fromEntries(changed) } } as Problem;
}
