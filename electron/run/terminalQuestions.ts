/** Most questions of one kind that wait for an answer. */
const most = 64;
/** Most characters of a question that may come in two pieces. */
const longest = 64;

interface Kind {
  /** What a program writes to ask. */
  readonly asks: RegExp;
  /** What a terminal answers by itself. Digits and fixed letters only, so that no words can be made of it. */
  readonly answers: RegExp;
}

/** Questions of programs and a terminal's answers (xterm control sequences, ECMA-48), one answer a question. */
const kinds: readonly Kind[] = [
  // Which terminal it is.
  { asks: /\x1b(?:\[[>=]?0?c|Z)/g, answers: /\x1b\[[?>=]?[0-9;]{0,40}c/y },
  // Its state, and where the cursor is.
  { asks: /\x1b\[\??[56]n/g, answers: /\x1b\[\??[0-9;]{1,20}[nR]/y },
  // Sizes of the window.
  { asks: /\x1b\[(?:1[1345689]|2[01])(?:;[0-9]{1,2})?t/g, answers: /\x1b\[[0-9;]{1,30}t/y },
  // Modes.
  { asks: /\x1b\[\??[0-9]{1,5}\$p/g, answers: /\x1b\[\??[0-9;]{1,20}\$y/y },
  // Colours.
  {
    asks: /\x1b\](?:4;[0-9]{1,3}|1[0-2]);\?(?:\x07|\x1b\\)/g,
    answers: /\x1b\](?:4;[0-9]{1,3}|1[0-2]);rgb:[0-9a-f]{1,4}(?:\/[0-9a-f]{1,4}){2}(?:\x07|\x1b\\)/y,
  },
  // Settings.
  {
    asks: /\x1bP\$q[^\x1b]{1,3}\x1b\\/g,
    answers: /\x1bP[01]\$r[0-9;]{0,20}(?:m|r|s|"p|"q| q)?\x1b\\/y,
  },
  { asks: /\x1b\[>0?q/g, answers: /\x1bP>\|xterm\.js\([0-9.]{1,12}\)\x1b\\/y },
];

const mouseModes = ['1000', '1002', '1003'];
/**
 * What a program asks to be told of by itself: the focus, and where the mouse goes (DEC private modes). A button and the wheel are
 * deeds of the person, which it is told of where they were done (`TypedInput`).
 */
const reports = [
  { modes: new Set(['1004']), answers: /\x1b\[[IO]/y },
  { modes: new Set(mouseModes), answers: /\x1b\[<(?:3[2-9]|[45][0-9]|6[0-3]);[0-9]{1,5};[0-9]{1,5}M/y },
] as const;
/** All that is remembered of modes: what a program sets else is neither asked for nor kept, however many there are. */
const bracketed = '2004';
const reported = new Set<string>([bracketed, ...reports.flatMap(({ modes }) => [...modes])]);
/** A mode is set or reset; a terminal that is reset as a whole has none. */
const setting = /\x1b(?:\[\?([0-9;]{1,40})([hl])|c)/g;

/**
 * What the programs in a terminal have asked it, by what they wrote: only that is answered. A script in the page could else send
 * answers that nobody asked for, and a shell takes the letters in them for typed ones.
 */
export class TerminalQuestions {
  private readonly waiting = kinds.map(() => 0);
  private readonly on = new Set<string>();
  /** The end of what was written, which may be the beginning of a question. */
  private rest = '';

  /** Reads what a program has written. */
  read(output: string): void {
    const text = this.rest + output;
    kinds.forEach(({ asks }, i) => {
      for (const { index, 0: found } of text.matchAll(asks))
        // What lies in the rest alone was counted with the piece before.
        if (index + found.length > this.rest.length)
          this.waiting[i] = Math.min(most, (this.waiting[i] ?? 0) + 1);
    });
    for (const { 1: modes = '', 2: how } of text.matchAll(setting)) {
      if (how === undefined) this.on.clear();
      else
        for (const mode of modes.split(';'))
          if (how === 'l') this.on.delete(mode);
          else if (reported.has(mode)) this.on.add(mode);
    }
    this.rest = text.slice(-longest);
  }

  /** Whether the program that is in front takes what is pasted in brackets, so that no line of it is run by itself. */
  get bracketedPaste(): boolean {
    return this.on.has(bracketed);
  }

  /** Whether a program wants to be told of the mouse. */
  get wantsMouse(): boolean {
    return mouseModes.some((mode) => this.on.has(mode));
  }

  /** The length of an answer at a place; 0 where nothing is, or nobody has asked. `given`: answers in hand already, by kind. */
  match(data: string, at: number, given: Map<number, number>): number {
    for (const { modes, answers } of reports) {
      answers.lastIndex = at;
      const found = [...modes].some((mode) => this.on.has(mode)) ? answers.exec(data) : null;
      if (found) return found[0].length;
    }
    for (const [i, { answers }] of kinds.entries()) {
      answers.lastIndex = at;
      const found = answers.exec(data);
      if (!found || (given.get(i) ?? 0) >= (this.waiting[i] ?? 0)) continue;
      given.set(i, (given.get(i) ?? 0) + 1);
      return found[0].length;
    }
    return 0;
  }

  /** Answers were given: their questions wait no more. */
  answered(given: ReadonlyMap<number, number>): void {
    for (const [i, count] of given) this.waiting[i] = (this.waiting[i] ?? 0) - count;
  }
}
