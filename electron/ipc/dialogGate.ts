import { problem, type ProblemFacts } from '../../shared/image/problem';
import type { Caller } from './handlerMap';

/** Whether the person did something a moment ago, which has had no effect yet. */
export interface Deeds {
  readonly active: boolean;
  use(): void;
}

/**
 * A dialog, a program or a change of the clipboard for something that the person did: a key or a click gives one of them. Throws
 * `action-unasked`.
 */
export function takeDeed(person: Deeds, what: ProblemFacts['action-unasked']['what']): void {
  if (!person.active) throw problem('action-unasked', { what });
  person.use();
}

/**
 * The one way to a file dialog: a key or a click of the person comes before it, each opens one, and a window has one at a
 * time. A script of the page could else open dialogs until somebody gives in to one.
 */
export class DialogGate {
  private readonly open = new Set<number>();

  constructor(private readonly person: (caller: Caller) => Deeds) {}

  /**
   * Does what leads to a dialog and shows it. The question whether somebody asked comes first: working out what to suggest
   * may take longer than a click counts. Throws `action-unasked`, `dialog-open`.
   */
  async pass<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    if (this.open.has(caller.id)) throw problem('dialog-open', {});
    takeDeed(this.person(caller), 'open');
    this.open.add(caller.id);
    try {
      return await work();
    } finally {
      this.open.delete(caller.id);
    }
  }
}
