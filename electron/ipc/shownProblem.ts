import type { Problem } from '../../shared/image/problem';

/** A path, or the address of a file, in the text of an exception. */
const place = /(?:file:\/\/)?(?<![\w.])(?:[A-Za-z]:)?[\\/](?:[^\s'"`,;:()<>]+)/g;

/**
 * A problem as a page may have it. The text of an exception that nobody foresaw may name places of this machine and end in
 * a stack: the page gets its first line, without them. The whole goes to the standard error output.
 */
export function shownProblem(found: Problem): Problem {
  if (found.code !== 'internal') return found;
  const [first = ''] = found.facts.message.split('\n');
  return { code: 'internal', facts: { message: first.replace(place, '…').slice(0, 300) } };
}
