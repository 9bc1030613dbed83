import { pastedText } from '../../shared/text/format';

/** A key press as Electron tells it. */
export interface KeyPress {
  /** The key's value as `KeyboardEvent.key` has it. */
  readonly key: string;
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
}

/** How long what a person did counts, milliseconds: a page that is busy hands a key on late. */
const lasting = 10_000;
/** The same for an input method, in which a person looks for a word. */
const composing = 60_000;
/** Code points that an input method may have given for one key, and a dead key with the one after it. */
const composedPoints = 64;
const deadPoints = 2;
/** Presses that are remembered: a held key repeats thirty times a second. */
const remembered = 600;

/** Says how many characters of `data` from `at` on are what a press gives; 0 for none. */
type Match = (data: string, at: number) => number;

interface Permit {
  readonly until: number;
  readonly match: Match;
}

/**
 * What a terminal answers by itself to a program's question: its kind, its cursor, modes, colours, focus, the mouse. Digits and fixed
 * letters only, so that no words can be made of it.
 */
const answers =
  /\x1b(?:\[[?>=]?[0-9;]{0,40}[cRnty]|\[\?[0-9;]{1,20}\$y|\[[IO]|\[<[0-9;]{1,20}[Mm]|\](?:4;[0-9]{1,3}|1[0-2]);rgb:[0-9a-f/]{1,14}(?:\x07|\x1b\\)|P[01]\$r[0-9;]{0,20}(?:m|r|s|"p|"q| q)\x1b\\|P>\|xterm\.js\([0-9.]{1,12}\)\x1b\\)/y;
/** Keys without a character: cursor, editing and function keys with their modifiers. */
const sequence = /\x1b{1,2}(?:\[[0-9;]{0,8}[A-Za-z~]|O[A-Za-z])/y;
/** Cursor keys that the wheel and a click with Alt stand for. */
const moves = /(?:\x1b[[O][ABCD]){1,500}/y;
/** Keys that give nothing by themselves. */
const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'Fn']);
/** Keys of input methods: what they give is no character of a key. */
const composingKey =
  /^(?:Process|Dead|Compose|Unidentified|Convert|NonConvert|Accept|ModeChange|AllCandidates|.*Candidate|CodeInput|Alphanumeric|Eisu|H(?:angul|anja|iragana).*|Ka(?:na|takana).*|Junja.*|Final.*|Zenkaku.*|Hankaku|Romaji)$/;

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
const answer = matching(answers);

/** What a terminal makes of a key that has a character; see the key tables of xterm. */
function characterMatch({ key, control, alt }: KeyPress): Match {
  if (control && !alt) {
    // Ctrl and a letter is one control character; beside the letters lie those that begin and cut sequences.
    if (/^[A-Za-z]$/.test(key)) return oneOf(String.fromCharCode(key.toUpperCase().charCodeAt(0) - 64));
    return oneOf('\x1b', '\x1c', '\x1d', '\x1e', '\x1f', '\x7f');
  }
  // With Alt the key's place counts, not what the layout makes of it; AltGr (Ctrl and Alt) gives a character.
  if (alt) return (data, at) => oneOf(key)(data, at) || matching(/\x1b[\x01-\x1a\x20-\x7e]/y)(data, at);
  return oneOf(key);
}

const named: Readonly<Record<string, Match>> = {
  Enter: oneOf('\r', '\x1b\r'),
  Tab: oneOf('\t', '\x1b[Z'),
  Backspace: oneOf('\x7f', '\b', '\x1b\x7f', '\x1b\b'),
  Escape: oneOf('\x1b\x1b', '\x1b'),
};

/**
 * What a person really did in one window, as the main process sees it: key presses, clicks, the keys of a paste. A script of the
 * page can call for anything, but makes no such events; so input of a terminal is taken only where it is what a press
 * gives. Each press counts once and in its order, for a while, and none once the window has lost the focus.
 */
export class TypedInput {
  private permits: Permit[] = [];
  private composed = { points: 0, until: 0 };
  private acted = 0;
  /** Settles when the clipboard of the last paste was read. */
  private reading: Promise<void> = Promise.resolve();

  /** `now`: milliseconds. */
  constructor(
    private readonly clipboards: Clipboards,
    private readonly now: () => number = Date.now,
  ) {}

  /** A key went down (or repeats). */
  key(press: KeyPress): void {
    const { key, control, shift, alt, meta, isComposing } = press;
    this.act();
    if (isComposing || composingKey.test(key)) {
      const left = this.composed.until > this.now() ? this.composed.points : 0;
      this.composed = {
        points: Math.min(left + (key === 'Dead' ? deadPoints : composedPoints), 16 * composedPoints),
        until: this.now() + composing,
      };
    }
    const paste = (key.toLowerCase() === 'v' && (control || meta)) || (key === 'Insert' && shift);
    if (paste) this.permit(this.pasted(this.clipboards.text));
    if (meta) return;
    if ([...key].length === 1) this.permit(characterMatch(press));
    else if (key in named && Object.hasOwn(named, key)) this.permit(named[key] as Match);
    else if (!modifiers.has(key)) this.permit(matching(sequence));
    if (modifiers.has(key)) return;
    if (alt || control) this.permit(matching(sequence));
  }

  /** A button of the mouse went down or up, or the wheel turned. */
  pointer(what: { readonly wheel: boolean; readonly middle: boolean }): void {
    if (!what.wheel) this.act();
    this.permit(matching(moves));
    if (what.middle) this.permit(this.pasted(this.clipboards.selection));
  }

  /** Something was activated by the person without a key or the mouse, as a screen reader does. Gives no text. */
  act(): void {
    this.acted = this.now() + lasting;
  }

  /** The window lost the focus: what was not used is void. */
  leave(): void {
    this.permits = [];
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

  /** Takes input for a terminal, whole or not at all: true when it is what the person typed or pasted, or a terminal's own answer. */
  async take(data: string): Promise<boolean> {
    await this.reading;
    const now = this.now();
    const open = this.permits.filter(({ until }) => until > now);
    let points = this.composed.until > now ? this.composed.points : 0;
    let next = 0;
    for (let at = 0; at < data.length;) {
      let length = 0;
      for (let i = next; i < open.length && length === 0; i++) {
        length = open[i]?.match(data, at) ?? 0;
        // What was pressed before and was not used is void: presses count in their order.
        if (length > 0) next = i + 1;
      }
      length ||= answer(data, at);
      if (length === 0 && points > 0) {
        const point = data.codePointAt(at) ?? 0;
        if (point >= 0x20 && (point < 0x7f || point >= 0xa0)) {
          length = point > 0xffff ? 2 : 1;
          points--;
        }
      }
      if (length === 0) return false;
      at += length;
    }
    this.permits = open.slice(next);
    this.composed = { ...this.composed, points };
    return true;
  }

  private permit(match: Match): void {
    this.permits.push({ until: this.now() + lasting, match });
    if (this.permits.length > remembered) this.permits.splice(0, this.permits.length - remembered);
  }

  /** The clipboard of this moment as a terminal pastes it: without escapes, line ends as Enter, perhaps in brackets. */
  private pasted(clipboard: () => Promise<string>): Match {
    let text = '';
    const read = clipboard().then(
      (found) => void (text = pastedText(found).replace(/\r?\n/g, '\r')),
      () => undefined,
    );
    this.reading = Promise.all([this.reading, read]).then(() => undefined);
    return (data, at) => (text === '' ? 0 : oneOf(`\x1b[200~${text}\x1b[201~`, text)(data, at));
  }
}
