/** What was pasted, as part of what a terminal is given. */
export interface Pasted {
  /** Without control characters; line ends as Enter. */
  readonly text: string;
  /** Whether the page may have put it where it was pasted from, and not the person. */
  readonly mayBePages: () => boolean;
}

/** What a terminal is given: what was typed as it is, what was pasted apart. */
export type TerminalInput = readonly (string | Pasted)[];

/** Why a paste is asked about: it may be the page's own words, or its lines would be run at once. */
export type PasteDoubt = 'page' | 'lines';

/**
 * What is pasted in some input that the person should see before a shell of this machine gets it; null where nothing is. `bracketed`:
 * the program takes a paste in brackets, in which no line end runs anything.
 */
export function doubtfulPaste(
  input: TerminalInput,
  bracketed: boolean,
): { readonly text: string; readonly why: PasteDoubt } | null {
  const pastes = input.filter((piece) => typeof piece !== 'string');
  const text = pastes.map((each) => each.text).join('\r');
  if (pastes.some((each) => each.mayBePages())) return { text, why: 'page' };
  return !bracketed && pastes.some((each) => /[\r\n]/.test(each.text)) ? { text, why: 'lines' } : null;
}

/** Input as a program gets it: a paste in brackets where, and only where, the program asked for them, whatever the page did. */
export function sentInput(input: TerminalInput, bracketed: boolean): string {
  return input
    .map((piece) =>
      typeof piece === 'string' ? piece : bracketed ? `\x1b[200~${piece.text}\x1b[201~` : piece.text,
    )
    .join('');
}
