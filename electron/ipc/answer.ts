import { problem, problemOf, type ProblemError, type RequestFault } from '../../shared/image/problem';
import { pickedFiles, requests, type PickedFiles, type RequestName } from '../../shared/ipc/contract';
import type { Reply } from '../../shared/ipc/reply';
import { shownProblem } from '../../shared/ipc/shownProblem';
import { checkInPieces, type Schema } from './checkInPieces';
import type { Caller, Handlers } from './handlerMap';
import { measure } from './messageBounds';
import { RequestGate, type Slot } from './requestGate';

/** Most paths in one call of dropped files. */
const mostFiles = 1000;

/**
 * Answers calls of a page: the bounds of the message, then its schema, then the handler, then the schema of the reply.
 * Whatever goes wrong becomes a problem (code and facts), never an exception. Who calls is checked before, in `serve.ts`,
 * which is all that knows Electron.
 */
export class Answers {
  private readonly gate = new RequestGate();
  private closed = false;

  /**
   * `report` gets what only a bug of ours throws: worth its stack, which the page never sees. `ended` resolves when an operation
   * of this ID has come to its end, `explain` may give another fault for one that was thrown.
   */
  constructor(
    private readonly handlers: Handlers,
    private readonly registerFiles: (paths: readonly string[]) => Promise<PickedFiles>,
    private readonly report: (thrown: unknown) => void,
    private readonly ended: (operation: string) => Promise<unknown>,
    private readonly explain: (thrown: unknown) => Promise<unknown> = (thrown) => Promise.resolve(thrown),
  ) {}

  /** A page is no more: what waits to be worked on for it is given up. */
  pageGone({ id }: Caller): void {
    this.gate.pageGone(id);
  }

  /** From now on every call is answered with `app-closing`: what the handlers work on is being closed. */
  close(): void {
    this.closed = true;
  }

  /** Answers a request of the contract; `args` are what crossed, of which a request has one. */
  async request(name: RequestName, args: readonly unknown[], caller: Caller): Promise<Reply<unknown>> {
    return this.guard(caller, async (slot) => {
      const { input, output } = requests[name];
      if (args.length !== 1) throw invalid(name, 'arguments');
      const { excess, bytes } = measure(args[0], bytesOf(name));
      if (excess !== null) throw invalid(name, excess);
      slot.hold(bytes);
      const parsed = input.safeParse(args[0]);
      if (!parsed.success) throw misfit(name, parsed.error.issues);
      const turn = slot.turn(name, parsed.data);
      if (turn) await turn;
      if (this.closed) throw problem('app-closing', {});
      const handler = this.handlers[name] as (input: unknown, caller: Caller) => unknown;
      const value = await handler(parsed.data, caller);
      const checked = await checkInPieces(output, value);
      if (!checked.success) {
        const issue = checked.error.issues[0];
        throw new Error(
          `reply of ${name} breaks the contract at ${issue?.path.join('.')}: ${issue?.message}`,
        );
      }
      const { operation } = (checked.data ?? {}) as { readonly operation?: unknown };
      // What was sent is held by what it started.
      if (typeof operation === 'string') slot.holdUntil(this.ended(operation));
      return checked.data;
    });
  }

  /** Takes the paths of dropped files, which only the preload knows. */
  async files(args: readonly unknown[], caller: Caller): Promise<Reply<unknown>> {
    return this.guard(caller, async (slot) => {
      const [paths] = args;
      const { excess, bytes } = measure(paths, new Set());
      if (excess !== null) throw invalid('files', excess);
      slot.hold(bytes);
      if (!Array.isArray(paths) || paths.length > mostFiles || !paths.every(isText))
        throw invalid('files', 'paths');
      return pickedFiles.parse(await this.registerFiles(paths));
    });
  }

  /** The reply to a call that came from elsewhere. */
  async refused(caller: Caller): Promise<Reply<unknown>> {
    return this.guard(caller, () => Promise.reject(invalid('sender', 'sender')));
  }

  private async guard({ id }: Caller, work: (slot: Slot) => Promise<unknown>): Promise<Reply<unknown>> {
    let slot: Slot | null = null;
    try {
      if (this.closed) throw problem('app-closing', {});
      slot = this.gate.enter(id);
      return { ok: true, value: await work(slot) };
    } catch (thrown) {
      const found = problemOf(await this.explain(thrown));
      if (found.code !== 'internal') return { ok: false, problem: shownProblem(found) };
      // What was cut off in the middle fails in any way.
      if (this.closed) return { ok: false, problem: problemOf(problem('app-closing', {})) };
      this.report(thrown);
      return { ok: false, problem: shownProblem(found) };
    } finally {
      slot?.leave();
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
