import { problem } from '../../shared/image/problem';
import type { Caller } from './handlerMap';

/**
 * The one way to a file dialog: a key or a click of the person comes before it, each opens one, and a window has one at a
 * time. A script of the page could else open dialogs until somebody gives in to one.
 */
export class DialogGate {
  private readonly open = new Set<number>();

  constructor(private readonly person: (caller: Caller) => { readonly active: boolean; use(): void }) {}

  /**
   * Does what leads to a dialog and shows it. The question whether somebody asked comes first: working out what to suggest
   * may take longer than a click counts. Throws `action-unasked`, `dialog-open`.
   */
  async pass<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
    const person = this.person(caller);
    if (this.open.has(caller.id)) throw problem('dialog-open', {});
    if (!person.active) throw problem('action-unasked', {});
    person.use();
    this.open.add(caller.id);
    try {
      return await work();
    } finally {
      this.open.delete(caller.id);
    }
  }
}
