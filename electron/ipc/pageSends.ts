import type { Problem } from '../../shared/image/problem';
import type { Reply } from '../../shared/ipc/reply';
import { measure, mostAtOnce, mostBytes, smallBytes } from './messageBounds';

/** Members that may be bytes, of whichever request: the main process knows better of which. */
const byteMembers: ReadonlySet<string> = new Set(['bytes']);

/**
 * What of a page's calls goes on to the main process. That one has a whole message in memory before it can look at it, a text that
 * the page has once as often as the message names it: so what is more than any request needs, alone or together with what is not
 * answered yet, ends here, in the process of the page.
 */
export class PageSends {
  private calls = 0;
  private bytes = 0;

  constructor(private readonly invoke: (channel: string, message: unknown) => Promise<unknown>) {}

  /** Sends a message of the request `name`; answers a refusal as the main process would. */
  async send(name: string, channel: string, message: unknown): Promise<unknown> {
    const { excess, bytes } = measure(message, byteMembers);
    if (excess !== null) return refused('request-invalid', { what: name, reason: excess, place: '' });
    if (this.calls >= mostAtOnce) return refused('too-much-at-once', { what: 'request', limit: mostAtOnce });
    const held = bytes > smallBytes ? bytes : 0;
    if (this.bytes + held > mostBytes)
      return refused('too-much-at-once', { what: 'message', limit: mostBytes });
    this.calls++;
    this.bytes += held;
    try {
      return await this.invoke(channel, message);
    } finally {
      this.calls--;
      this.bytes -= held;
    }
  }
}

function refused<C extends Problem['code']>(
  code: C,
  facts: Extract<Problem, { readonly code: C }>['facts'],
): Reply<never> {
  return { ok: false, problem: { code, facts } as Problem };
}
