import { pastedText } from '../../shared/text/format';
import type { TerminalQuestions } from '../run/terminalQuestions';
import type { Pasted, TerminalInput } from './terminalPaste';

/** A key press as Electron tells it. */
export interface KeyPress {
  /** The key's value as `KeyboardEvent.key` has it. */
  readonly key: string;
  /** The key's place as `KeyboardEvent.code` has it; empty where it is not known. */
  readonly code: string;
  /** The key is held: no press of its own. */
  readonly isAutoRepeat: boolean;
  readonly isComposing: boolean;
  readonly shift: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

/** What a clipboard holds: the one for pasting, and the selection that a middle click pastes. */
export interface Clipboards {
  readonly text: () => Promise<string>;
  readonly selection: () => Promise<string>;
  /** Whether the page may have put this text on the clipboard. */
  readonly mayBePages: (text: string) => boolean;
}

/** How long what a person did counts, milliseconds: a page that is busy hands a key on late. */
const lasting = 10_000;
/** The same for an input method, in which a person looks for a word. */
const composing = 60_000;
/** Code points beyond ASCII that an input method may have given for one key, and a dead key with the one after it. */
const composedPoints = 64;
const deadPoints = 2;
/** How soon the page's click follows the key or button that makes it, milliseconds. */
const clickLag = 1000;
/** Presses that are remembered: a held key repeats thirty times a second. */
const remembered = 600;

/** Says how many characters of `data` from `at` on are what a press gives; 0 for none. */
type Match = (data: string, at: number) => number;

interface Permit {
  readonly until: number;
  readonly match: Match;
  /** What the press pastes, where it does: with or without brackets. */
  readonly paste: { pasted: Pasted | null } | null;
  /** A key of an input method: part of the word that it gives. */
  readonly composing: boolean;
  /** What it gives a program that wants the mouse. */
  readonly mouse: Match | null;
}

/** Cursor keys that a turn of the wheel and a click with Alt stand for. */
const turns = /(?:\x1b[[O]A){1,20}|(?:\x1b[[O]B){1,20}/y;
const moves = /(?:\x1b[[O][ABCD]){1,500}/y;
/** Keys that give nothing by themselves. */
const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'Fn']);
/** Keys of input methods: what they give is no character of a key. */
const composingKey =
  /^(?:Process|Dead|Compose|Unidentified|Convert|NonConvert|Accept|ModeChange|AllCandidates|.*Candidate|CodeInput|Alphanumeric|Eisu|H(?:angul|anja|iragana).*|Ka(?:na|takana).*|Junja.*|Final.*|Zenkaku.*|Hankaku|Romaji)$/;

/** Reports of the mouse in the form of SGR (xterm control sequences, "Extended coordinates"): a button down, up, a step of the wheel. */
const mouse = {
  down: /\x1b\[<(?:[0-9]|[12][0-9]|3[01]);[0-9]{1,5};[0-9]{1,5}M/y,
  up: /\x1b\[<(?:[0-9]|[12][0-9]|3[01]);[0-9]{1,5};[0-9]{1,5}m/y,
  wheel: /(?:\x1b\[<(?:6[4-9]|[78][0-9]|9[0-5]);[0-9]{1,5};[0-9]{1,5}M){1,20}/y,
};

/** Keys that are a letter behind `ESC [`, or `ESC O` in the mode of applications; the first four function keys have that alone. */
const lettered = new Map([
  ['ArrowUp', 'A'],
  ['ArrowDown', 'B'],
  ['ArrowRight', 'C'],
  ['ArrowLeft', 'D'],
  ['Home', 'H'],
  ['End', 'F'],
  ['F1', 'P'],
  ['F2', 'Q'],
  ['F3', 'R'],
  ['F4', 'S'],
]);
/** Keys that are a number before `~`. */
const numbered = new Map([
  ['Insert', 2],
  ['Delete', 3],
  ['PageUp', 5],
  ['PageDown', 6],
  ['F5', 15],
  ['F6', 17],
  ['F7', 18],
  ['F8', 19],
  ['F9', 20],
  ['F10', 21],
  ['F11', 23],
  ['F12', 24],
]);

/**
 * What a terminal makes of a key that has a name and no character, with the modifiers that were pressed (xterm control sequences, "PC-Style
 * Function Keys"). Just that: by other sequences of the kind some programs know characters.
 */
function namedKey({ key, shift, alt, control }: KeyPress): Match {
  const modifiers = 1 + Number(shift) + 2 * Number(alt) + 4 * Number(control);
  const number = numbered.get(key);
  if (number !== undefined) return oneOf(`\x1b[${number};${modifiers}~`, `\x1b[${number}~`);
  const letter = lettered.get(key);
  if (letter === undefined) return () => 0;
  if (modifiers === 1) return oneOf(`\x1b[${letter}`, `\x1bO${letter}`);
  // A cursor key with Alt is given as one with Ctrl, by which shells go word by word.
  const asControl = modifiers === 3 ? [`\x1b[1;5${letter}`] : [];
  return oneOf(`\x1b[1;${modifiers}${letter}`, ...asControl);
}

const matching =
  (pattern: RegExp): Match =>
  (data, at) => {
    pattern.lastIndex = at;
    return pattern.exec(data)?.[0].length ?? 0;
  };
const oneOf =
  (...texts: readonly string[]): Match =>
  (data, at) =>
    texts.find((text) => text !== '' && data.startsWith(text, at))?.length ?? 0;

/** One press gives one thing: the first of these that fits. */
const firstOf =
  (...matches: readonly Match[]): Match =>
  (data, at) => {
    for (const match of matches) {
      const length = match(data, at);
      if (length > 0) return length;
    }
    return 0;
  };

/**
 * The Latin letter that a key stands for when it is pressed with Ctrl or Alt, small; null for others. A layout of another script
 * (Cyrillic, Greek, Arabic, Hebrew) has none: there it is the one that a keyboard of the United States has in the place, as
 * Chromium tells terminals.
 */
export function latinLetter({ key, code }: Pick<KeyPress, 'key' | 'code'>): string | null {
  if (/^[A-Za-z]$/.test(key)) return key.toLowerCase();
  return /^[\x20-\x7e]$/.test(key) ? null : (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null);
}
const controlOf = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);

/** What a terminal makes of a key that has a character; see the key tables of xterm. */
function characterMatch(press: KeyPress): Match {
  const { key, control, shift, alt } = press;
  const letter = latinLetter(press);
  if (control && !alt) {
    // Ctrl and a letter is one control character; beside the letters lie those that begin and cut sequences, and NUL.
    if (letter === null) return oneOf('\0', '\x1b', '\x1c', '\x1d', '\x1e', '\x1f', '\x7f');
    return shift ? () => 0 : oneOf(controlOf(letter));
  }
  // With Alt the key's place counts, not what the layout makes of it; AltGr (Ctrl and Alt) gives a character.
  if (alt)
    return firstOf(
      oneOf(key),
      letter === null
        ? matching(/\x1b[\0\x20-\x40\x5b-\x60\x7b-\x7e]/y)
        : oneOf(...[letter, letter.toUpperCase(), controlOf(letter)].map((each) => `\x1b${each}`)),
    );
  // A key that has two characters (Arabic lam with alef) may give the first alone.
  return oneOf(key, [...key][0] ?? '');
}

/**
 * What an input method may pass on of a key as it is: its letter, its digit or a space, by the key's place, once. Whatever else is
 * ASCII an input method does not give: of presses in which a person looks for a word a script could else make any command.
 */
function passedOn({ key, code }: KeyPress): Match {
  // With a blank, or in place of the letter that does not take it, an accent stands for itself.
  if (key === 'Dead') return oneOf('^', '`', '~', '"', "'");
  const [, letter, digit] = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(code) ?? [];
  if (letter !== undefined) return oneOf(letter.toLowerCase(), letter);
  return digit !== undefined ? oneOf(digit) : code === 'Space' ? oneOf(' ') : () => 0;
}

const named = new Map<string, Match>([
  ['Enter', oneOf('\r', '\x1b\r')],
  ['Tab', oneOf('\t', '\x1b[Z')],
  ['Backspace', oneOf('\x7f', '\b', '\x1b\x7f', '\x1b\b')],
  ['Escape', oneOf('\x1b\x1b', '\x1b')],
]);
/** Keys that have a name and no character: `KeyboardEvent.key` has either. */
const keyName = /^[A-Z][A-Za-z0-9]+$/;

/** What is done with a clipboard by a key or the middle button. */
export type ClipboardUse = 'copy' | 'cut' | 'paste';

/** What a key press does with the clipboard, in Chromium and in terminals; null for others. */
function clipboardUse(press: KeyPress): ClipboardUse | null {
  const { key, control, shift, meta } = press;
  const letter = control || meta ? latinLetter(press) : null;
  if (letter === 'v' || (key === 'Insert' && shift)) return 'paste';
  if (letter === 'c' || (key === 'Insert' && control)) return 'copy';
  return letter === 'x' || (key === 'Delete' && shift) ? 'cut' : null;
}

/**
 * What a person really did in one window, as the main process sees it: key presses, clicks, the keys of a paste. A script of the
 * page can call for anything, but makes no such events; so input of a terminal is taken only where it is what a press
 * gives. Each press counts once and in its order, for a while, and none once the window has lost the focus.
 */
export class TypedInput {
  private permits: Permit[] = [];
  private uses: { readonly what: ClipboardUse; readonly until: number }[] = [];
  private composed = { points: 0, until: 0 };
  private acted = 0;
  /** Until when a click of the page is the last key's or button's own, and not a deed. */
  private clicks = 0;
  /** Settles when the clipboard of the last paste was read. */
  private reading: Promise<void> = Promise.resolve();

  /** `now`: milliseconds. */
  constructor(
    private readonly clipboards: Clipboards,
    private readonly now: () => number = Date.now,
  ) {}

  /** A key went down (or repeats). */
  key(press: KeyPress): void {
    const { key, meta, isComposing, isAutoRepeat } = press;
    if (modifiers.has(key)) return;
    if (!isAutoRepeat) this.begin();
    const gives: Match[] = [];
    const use = clipboardUse(press);
    if (use !== null) this.mayUse(use);
    const paste = use === 'paste' ? this.pasted(this.clipboards.text, this.clipboards.mayBePages) : null;
    const composes = isComposing || composingKey.test(key);
    if (composes) {
      const left = this.composed.until > this.now() ? this.composed.points : 0;
      this.composed = {
        points: Math.min(left + (key === 'Dead' ? deadPoints : composedPoints), 16 * composedPoints),
        until: this.now() + composing,
      };
      gives.push(passedOn(press));
    }
    if (!meta) {
      const own = named.get(key);
      if (own) gives.push(own);
      else if (!keyName.test(key)) gives.push(characterMatch(press));
      else if (!composes) gives.push(namedKey(press));
    }
    if (gives.length > 0 || paste !== null) this.permit(firstOf(...gives), { composes, paste });
  }

  /**
   * A button of the mouse or a finger went down, or the wheel turned. What follows on the same (the button goes up, a tap, the page's
   * click) is not told: it is the same deed.
   */
  pointer(what: { readonly wheel: boolean; readonly middle: boolean; readonly alt: boolean }): void {
    const { wheel, middle, alt } = what;
    if (!wheel) this.begin();
    if (wheel) this.permit(matching(turns));
    else if (middle) {
      this.mayUse('paste');
      // What is selected in the page is the selection, too, and nobody says whose it is.
      this.permit(() => 0, { paste: this.pasted(this.clipboards.selection, () => true) });
    } else if (alt) this.permit(matching(moves));
    // What a program that wants the mouse is told of it: a button goes down and up once, wherever the pointer has come to.
    if (wheel) this.permit(() => 0, { mouse: matching(mouse.wheel) });
    else {
      this.permit(() => 0, { mouse: matching(mouse.down) });
      this.permit(() => 0, { mouse: matching(mouse.up) });
    }
  }

  /** The person did something without a key or the mouse, an item of the native menu. Gives no text. */
  act(): void {
    this.acted = this.now() + lasting;
  }

  /** The person opened the native menu, in which editing is done. */
  menu(): void {
    for (const what of ['copy', 'cut', 'paste'] as const) this.mayUse(what);
  }

  /**
   * The page says that it was clicked by assistive software, of which no key and no button tells. A click that comes with a
   * key or a button is no second deed.
   */
  click(): void {
    if (this.clicks > this.now()) this.clicks = 0;
    else this.act();
  }

  /** True, once, where the person has just asked to copy, cut or paste by a key, a button or the menu. */
  edits(what: ClipboardUse): boolean {
    const now = this.now();
    this.uses = this.uses.filter(({ until }) => until > now);
    const at = this.uses.findIndex((each) => each.what === what);
    if (at >= 0) this.uses.splice(at, 1);
    return at >= 0;
  }

  /** The window lost the focus: what was not used is void. */
  leave(): void {
    this.permits = [];
    this.uses = [];
    this.composed = { points: 0, until: 0 };
  }

  /** True when the person did something a moment ago; a question or a program that nobody asked for is not opened. */
  get active(): boolean {
    return this.acted > this.now();
  }

  /** The person's last deed has had its effect: the next one takes a new one. */
  use(): void {
    this.acted = 0;
  }

  /**
   * Takes input for a terminal, whole or not at all: what the terminal is given when all of it is what the person typed or pasted, or
   * answers what the programs in that terminal have asked; else null.
   */
  async take(data: string, questions: TerminalQuestions): Promise<TerminalInput | null> {
    await this.reading;
    const now = this.now();
    const open = this.permits.filter(({ until }) => until > now);
    const had = this.composed.until > now ? this.composed.points : 0;
    let points = had;
    let next = 0;
    const given = new Map<number, number>();
    const taken: (string | Pasted)[] = [];
    for (let at = 0; at < data.length;) {
      let length = 0;
      let paste: Pasted | null = null;
      for (let i = next; i < open.length && length === 0; i++) {
        const permit = open[i];
        paste = permit?.paste?.pasted ?? null;
        if (paste !== null) length = oneOf(`\x1b[200~${paste.text}\x1b[201~`, paste.text)(data, at);
        if (length === 0) {
          paste = null;
          length = permit?.match(data, at) ?? 0;
          if (length === 0 && questions.wantsMouse) length = permit?.mouse?.(data, at) ?? 0;
        }
        // What was pressed before and was not used is void: presses count in their order.
        if (length > 0) next = i + 1;
      }
      length ||= questions.match(data, at, given);
      if (length === 0 && points > 0) {
        const point = data.codePointAt(at) ?? 0;
        if (point >= 0xa0) {
          length = point > 0xffff ? 2 : 1;
          points--;
        }
      }
      if (length === 0) return null;
      taken.push(paste ?? data.slice(at, at + length));
      at += length;
    }
    questions.answered(given);
    // A word that an input method gave has taken the keys that it was made of.
    this.permits = open.slice(next).filter((each) => points === had || !each.composing);
    this.composed = { ...this.composed, points };
    return taken;
  }

  /** A deed begins, of which a click of the page may be a part. */
  private begin(): void {
    this.act();
    this.clicks = this.now() + clickLag;
  }

  private mayUse(what: ClipboardUse): void {
    this.uses.push({ what, until: this.now() + lasting });
    if (this.uses.length > remembered) this.uses.shift();
  }

  private permit(
    match: Match,
    {
      composes = false,
      paste = null,
      mouse: reports = null,
    }: {
      readonly composes?: boolean;
      readonly paste?: Permit['paste'];
      readonly mouse?: Permit['mouse'];
    } = {},
  ): void {
    const until = this.now() + (composes ? composing : lasting);
    this.permits.push({ until, match, paste, composing: composes, mouse: reports });
    if (this.permits.length > remembered) this.permits.splice(0, this.permits.length - remembered);
  }

  /** The clipboard of this moment as a terminal pastes it: without escapes, line ends as Enter. */
  private pasted(
    clipboard: () => Promise<string>,
    mayBePages: (text: string) => boolean,
  ): NonNullable<Permit['paste']> {
    const paste: { pasted: Pasted | null } = { pasted: null };
    const read = clipboard().then(
      (found) => {
        const text = pastedText(found).replace(/\r?\n/g, '\r');
        if (text !== '') paste.pasted = { text, mayBePages: () => mayBePages(text) || mayBePages(found) };
      },
      () => undefined,
    );
    this.reading = Promise.all([this.reading, read]).then(() => undefined);
    return paste;
  }
}
