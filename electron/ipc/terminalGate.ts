import { problem } from '../../shared/image/problem';
import { askedCommand } from '../../shared/text/commandWords';
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
 * A yes to a shell holds for that place, one to a network for that command of an image, until this process ends, and is kept
 * nowhere else; one to a network in a tree that keeps what is written to it (a workspace) holds once, for whatever runs there without
 * a network can exchange the program that was meant. A no is not remembered. A question needs a key or a click of the person before it, and stands alone, so that a page cannot ask until
 * somebody gives in.
 */
export class TerminalGate {
  private readonly allowed = new Set<string>();
  private asking = false;

  constructor(private readonly world: TerminalGateWorld) {}

  /**
   * Resolves when the person allows it; `place` is what the answer is remembered by, null for one that holds once. Throws
   * `terminal-refused`.
   */
  async pass(caller: Caller, place: string | null, question: TerminalQuestion): Promise<void> {
    const { what, name, command } = question;
    const key = JSON.stringify([what, place, what === 'network' ? command : null]);
    if (place !== null && this.allowed.has(key)) return;
    // Nobody can say yes to what is not seen.
    if (command !== null && askedCommand(command) === null)
      throw problem('terminal-refused', { name, what, reason: 'long' });
    if (this.asking) throw problem('terminal-refused', { name, what, reason: 'busy' });
    const person = this.world.person(caller);
    if (!person.active) throw problem('terminal-refused', { name, what, reason: 'unasked' });
    person.use();
    this.asking = true;
    try {
      if (!(await this.world.askTerminal(caller, question)))
        throw problem('terminal-refused', { name, what, reason: 'declined' });
      if (place !== null) this.allowed.add(key);
    } finally {
      this.asking = false;
    }
  }
}
