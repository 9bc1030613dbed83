import { problem, problemOf, type ProblemError, type RequestFault } from '../../shared/image/problem';
import { requests, type RequestName } from '../../shared/ipc/contract';
import type { Reply } from '../../shared/ipc/reply';
import { shownProblem } from '../../shared/ipc/shownProblem';
import { checkInPieces, type Schema } from './checkInPieces';
import type { Caller, Handlers } from './handlerMap';
import { excessOf } from './messageBounds';

/** Requests that are answered at a time: a page asks for a few. */
const mostAtOnce = 500;
/** Most paths in one call of dropped files. */
const mostFiles = 1000;

/**
 * Answers calls of a page: the bounds of the message, then its schema, then the handler, then the schema of the reply.
 * Whatever goes wrong becomes a problem (code and facts), never an exception. Who calls is checked before, in `serve.ts`,
 * which is all that knows Electron.
 */
export class Answers {
  private running = 0;
  private closed = false;

  /** `report` gets what only a bug of ours throws: worth its stack, which the page never sees. */
  constructor(
    private readonly handlers: Handlers,
    private readonly registerFiles: (paths: readonly string[]) => Promise<unknown>,
    private readonly report: (thrown: unknown) => void,
  ) {}

  /** From now on every call is answered with `app-closing`: what the handlers work on is being closed. */
  close(): void {
    this.closed = true;
  }

  /** Answers a request of the contract; `args` are what crossed, of which a request has one. */
  request(name: RequestName, args: readonly unknown[], caller: Caller): Promise<Reply<unknown>> {
    return this.guard(async () => {
      const { input, output } = requests[name];
      if (args.length !== 1) throw invalid(name, 'arguments');
      const excess = excessOf(args[0], bytesOf(name));
      if (excess !== null) throw invalid(name, excess);
      const parsed = input.safeParse(args[0]);
      if (!parsed.success) throw misfit(name, parsed.error.issues);
      const handler = this.handlers[name] as (input: unknown, caller: Caller) => unknown;
      const value = await handler(parsed.data, caller);
      const checked = await checkInPieces(output, value);
      if (!checked.success) {
        const issue = checked.error.issues[0];
        throw new Error(
          `reply of ${name} breaks the contract at ${issue?.path.join('.')}: ${issue?.message}`,
        );
      }
      return checked.data;
    });
  }

  /** Takes the paths of dropped files, which only the preload knows. */
  files(args: readonly unknown[]): Promise<Reply<unknown>> {
    return this.guard(async () => {
      const [paths] = args;
      if (!Array.isArray(paths) || paths.length > mostFiles || !paths.every(isText))
        throw invalid('files', 'paths');
      return this.registerFiles(paths);
    });
  }

  /** The reply to a call that came from elsewhere. */
  refused(): Promise<Reply<unknown>> {
    return this.guard(() => Promise.reject(invalid('sender', 'sender')));
  }

  private async guard(work: () => Promise<unknown>): Promise<Reply<unknown>> {
    if (this.closed) return { ok: false, problem: problemOf(problem('app-closing', {})) };
    if (this.running >= mostAtOnce)
      return {
        ok: false,
        problem: problemOf(problem('too-much-at-once', { what: 'request', limit: mostAtOnce })),
      };
    this.running++;
    try {
      return { ok: true, value: await work() };
    } catch (thrown) {
      const found = problemOf(thrown);
      if (found.code !== 'internal') return { ok: false, problem: shownProblem(found) };
      // What was cut off in the middle fails in any way.
      if (this.closed) return { ok: false, problem: problemOf(problem('app-closing', {})) };
      this.report(thrown);
      return { ok: false, problem: shownProblem(found) };
    } finally {
      this.running--;
    }
  }
}

/** Members of requests that are bytes, by request: found out once. */
const byteMembers = new Map<RequestName, ReadonlySet<string>>();

function bytesOf(name: RequestName): ReadonlySet<string> {
  const known = byteMembers.get(name);
  if (known) return known;
  const { shape } = requests[name].input as { readonly shape: Readonly<Record<string, Schema>> };
  const empty = new Uint8Array();
  const found = new Set(Object.keys(shape).filter((key) => shape[key]?.safeParse(empty).success));
  byteMembers.set(name, found);
  return found;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Where a message does not fit its request: members of the contract and numbers of a list, never a word of the message. */
function misfit(
  name: RequestName,
  [first]: readonly { readonly path: readonly PropertyKey[] }[],
): ProblemError {
  const place = (first?.path ?? []).map(String).join('.');
  return invalid(name, place === '' ? 'members' : 'value', place);
}

function invalid(what: string, reason: RequestFault, place = ''): ProblemError {
  return problem('request-invalid', { what, reason, place });
}
