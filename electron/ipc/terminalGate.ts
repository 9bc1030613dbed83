import { problem } from '../../shared/image/problem';
import type { Deeds } from './dialogGate';
import type { Caller } from './handlerMap';

/** What a terminal would reach beyond its container. */
export interface TerminalQuestion {
  /** A shell of this machine, or a command with this machine's network. */
  readonly what: 'shell' | 'network';
  /** The workspace, mount or image, as people call it. */
  readonly name: string;
  /** Every word that will be run, the image's own among them; null for a shell. */
  readonly command: readonly string[] | null;
}

/** What the gate needs of the world. */
export interface TerminalGateWorld {
  /** Asks the person in a dialog of the main process. */
  readonly askTerminal: (caller: Caller, question: TerminalQuestion) => Promise<boolean>;
  readonly person: (caller: Caller) => Deeds;
}

/**
 * The one way to a terminal that reaches beyond its container: the person is asked, by the main process and never by the page.
 * A yes holds for that place (and, with a network, that command) until this process ends, and is kept nowhere else; a no is
 * not remembered. A question needs a key or a click of the person before it, and stands alone, so that a page cannot ask until
 * somebody gives in.
 */
export class TerminalGate {
  private readonly allowed = new Set<string>();
  private asking = false;

  constructor(private readonly world: TerminalGateWorld) {}

  /**
   * Resolves when the person allows it; `place` is what the answer is remembered by. Throws `terminal-refused`.
   */
  async pass(caller: Caller, place: string, question: TerminalQuestion): Promise<void> {
    const { what, name, command } = question;
    const key = JSON.stringify([what, place, what === 'network' ? command : null]);
    if (this.allowed.has(key)) return;
    if (this.asking) throw problem('terminal-refused', { name, what, reason: 'busy' });
    const person = this.world.person(caller);
    if (!person.active) throw problem('terminal-refused', { name, what, reason: 'unasked' });
    person.use();
    this.asking = true;
    try {
      if (!(await this.world.askTerminal(caller, question)))
        throw problem('terminal-refused', { name, what, reason: 'declined' });
      this.allowed.add(key);
    } finally {
      this.asking = false;
    }
  }
}
