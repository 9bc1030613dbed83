import { asDeleted } from '../actions/ground/meanwhile';
import { ofInput } from '../place/opened/damagedInput';
import { problemOf } from '../../shared/image/problem';
import { translator } from '../../shared/text/catalogue';
import { problemSentence } from '../../shared/text/problemText';
import { jsonText } from './columns';
import type { Session } from './command';
import { UsageFault } from './parser';
import { asTyped } from './typedPaths';

/** Says why one of several names came to nothing, in the form of a failure of the whole command. */
async function say(session: Session, cause: unknown): Promise<void> {
  session.endProgress();
  const isBlob = !(cause instanceof UsageFault) && problemOf(cause).code === 'blob-damaged';
  const thrown = isBlob ? await asDeleted(await session.context(), cause) : cause;
  if (thrown instanceof UsageFault) {
    const usage = thrown.say(translator(session.language));
    session.note(session.json ? JSON.stringify({ usage }) : usage);
    return;
  }
  const problem = asTyped(await ofInput((digest) => session.inputOf?.(digest) ?? null, problemOf(thrown)));
  const sentence = problemSentence(problem, session.language);
  session.note(session.json ? jsonText({ problem: { ...problem, sentence } }, 0).trimEnd() : sentence);
}

/** What several names came to, and the exit code: 1 where one of them failed. */
export interface EachName<T> {
  readonly done: readonly T[];
  readonly code: 0 | 1;
}

/**
 * Does something for each of the names of a command, as docker, cat and rm do: one that fails is said with its sentence, the others
 * are done all the same, and the command leaves with 1. Of a name alone the failure is the command's own and is thrown, and so is
 * what is no fault of a name: a cancelled command, a fault of ours.
 */
export async function eachName<N, T>(
  session: Session,
  names: readonly N[],
  work: (name: N) => Promise<T> | T,
): Promise<EachName<T>> {
  const done: T[] = [];
  let failed = false;
  for (const name of names) {
    try {
      done.push(await work(name));
    } catch (thrown) {
      const isUsage = thrown instanceof UsageFault;
      if (names.length === 1 || (!isUsage && ['cancelled', 'internal'].includes(problemOf(thrown).code)))
        throw thrown;
      await say(session, thrown);
      failed = true;
    }
  }
  return { done, code: failed ? 1 : 0 };
}
