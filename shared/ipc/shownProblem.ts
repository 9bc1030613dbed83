import type { Problem } from '../image/problem';
import { visibleName, visibleText } from '../text/format';

/** A path, or the address of a file, in the text of an exception. */
const place = /(?:file:\/\/)?(?<![\w.])(?:[A-Za-z]:)?[\\/](?:[^\s'"`,;:()<>]+)/g;
/** Characters of one fact: more than any sentence shows, and what a person may want to select and compare. */
const mostText = 2000;
/** Facts of one kind, such as the layers that are missing. */
const mostFacts = 1000;

/**
 * A problem as a page may have it: the one gate for those that are refusals and those that stand in a reply or an event
 * (`problem` in `schemas.ts`). Facts are other people's text, of images, engines and systems: they have no hidden characters and an
 * end. The text of an exception that nobody foresaw may name places of this machine and end in a stack: the page gets its first line,
 * without them. The whole goes to the standard error output. A problem that went through comes out the same.
 */
export function shownProblem(found: Problem): Problem {
  if (found.code === 'internal') {
    const [first = ''] = found.facts.message.split('\n');
    return { code: 'internal', facts: { message: visibleText(first.replace(place, '…').slice(0, 300)) } };
  }
  const facts = Object.fromEntries(
    Object.entries(found.facts).map(([name, fact]) => [name, shownFact(fact)]),
  );
  return { code: found.code, facts } as Problem;
}

function shownFact(fact: unknown): unknown {
  if (Array.isArray(fact)) return fact.slice(0, mostFacts).map(shownFact);
  if (typeof fact !== 'string') return fact;
  return fact.length > mostText ? visibleName(fact) : visibleText(fact);
}
