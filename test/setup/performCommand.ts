import { lookAt, type LookedContext } from '../../electron/place/opened/lookAt';
import type { OwnedContext } from '../../electron/actions/ground/createContext';
import type { Session } from '../../electron/cli/command';
import { loadCommand } from '../../electron/cli/commands';
import { ofInput, type BlobInput } from '../../electron/place/opened/damagedInput';
import { exitOf } from '../../electron/cli/exitCodes';
import { parseOptions, UsageFault } from '../../electron/cli/parser';
import { isIncomplete } from '../../electron/cli/source';
import { problemOf, type ProblemCode } from '../../shared/image/problem';
import { problemSentence } from '../../shared/text/problemText';

/** What a command came to. */
export interface Called {
  readonly code: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error: notes, and at the end the sentence of a failure. */
  readonly err: string;
  /** The code of the problem that it ended with; null where it ended by itself. */
  readonly problem: ProblemCode | null;
}

/** Runs a command of the table on what `open` gives, in this process, as the command line does. */
export async function performCommand(
  open: () => Promise<OwnedContext>,
  words: readonly string[],
): Promise<Called> {
  const json = words[0] === '--json';
  const [name = '', ...rest] = json ? words.slice(1) : words;
  const command = await loadCommand(name);
  if (!command) throw new Error(`no command is called ${name}`);
  let opened: Promise<OwnedContext> | null = null;
  const looked: LookedContext[] = [];
  let [out, err] = ['', ''];
  const session: Session = {
    json,
    language: 'en',
    context: () => (opened ??= open()),
    look: async (path) => {
      const own = session.context();
      const place = await lookAt(path, { pool: (await own).pool, own: () => own }, session.run(''));
      looked.push(place);
      return place;
    },
    inputOf: (digest) =>
      Promise.resolve(looked.map((each) => each.inputOf(digest)).find((input) => input !== null) ?? null),
    out: (text) => void (out += text),
    note: (text) => void (err += `${text}\n`),
    run: () => ({ signal: new AbortController().signal, report: () => undefined }),
    endProgress: () => undefined,
  };
  try {
    const code =
      (await command.execute(session, parseOptions(rest, command.options, command.optionsFirst))) ?? 0;
    return { code: code === 0 && isIncomplete(session) ? 1 : code, out, err, problem: null };
  } catch (thrown) {
    if (thrown instanceof UsageFault) throw new Error(`wrong usage: ${words.join(' ')}`, { cause: thrown });
    const inputOf = async (digest: string): Promise<BlobInput | null> => {
      const at: unknown = await opened;
      return (
        (await session.inputOf?.(digest)) ?? (at as Partial<LookedContext> | null)?.inputOf?.(digest) ?? null
      );
    };
    const problem = await ofInput(inputOf, problemOf(thrown));
    err += `${problemSentence(problem, 'en')}\n`;
    return { code: exitOf(problem, command.failureCode ?? 1), out, err, problem: problem.code };
  } finally {
    for (const each of looked) await each.close();
    await (opened as Promise<OwnedContext> | null)?.then(
      (context) => context.close(),
      () => undefined,
    );
  }
}
