import { problem } from '../../shared/image/problem';
import { askedCommand, askedLines } from '../../shared/text/commandWords';
import type { Deeds } from './dialogGate';
import type { Caller } from './handlerMap';
import type { PasteDoubt } from './terminalPaste';

/** What a terminal would reach beyond its container. */
export interface TerminalQuestion {
  /** A shell of this machine, or a command with this machine's network. */
  readonly what: 'shell' | 'network';
  /** The workspace, mount or image, as people call it. */
  readonly name: string;
  /** Every word that will be run, the image's own among them; null for a shell. */
  readonly command: readonly string[] | null;
}

/** A text that was pasted into a terminal which reaches beyond its container. */
export interface PasteQuestion {
  /** The workspace, mount or image, as people call it. */
  readonly name: string;
  /** The text, as the person will see it; of the person's own only the beginning, where it is long. */
  readonly text: string;
  readonly why: PasteDoubt;
}

/** What the gate needs of the world. */
export interface TerminalGateWorld {
  /** Asks the person in a dialog of the main process. */
  readonly askTerminal: (caller: Caller, question: TerminalQuestion) => Promise<boolean>;
  readonly askPaste: (caller: Caller, question: PasteQuestion) => Promise<boolean>;
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
  /**
   * Resolves when the person allows that a text is pasted into a terminal that this gate has let open. Throws
   * `terminal-paste-refused`.
   */
  async passPaste(caller: Caller, name: string, text: string, why: PasteDoubt): Promise<void> {
    const shown = askedLines(text);
    // Nobody can say yes to what is not seen; of a text that the page could not choose its beginning is enough.
    if (shown.isCut && why === 'page') throw problem('terminal-paste-refused', { reason: 'long' });
    if (this.asking) throw problem('terminal-paste-refused', { reason: 'busy' });
    this.asking = true;
    try {
      if (!(await this.world.askPaste(caller, { name, text: shown.text, why })))
        throw problem('terminal-paste-refused', { reason: 'declined' });
    } finally {
      this.asking = false;
    }
  }
}
