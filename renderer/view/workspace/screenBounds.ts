import type { IFunctionIdentifier, Terminal } from '@xterm/xterm';

/**
 * What xterm.js has beneath its public interface. Handlers of the public one get copies of the numbers in a sequence, so
 * that they can drop it and not bound it; these get what xterm.js itself goes by. `@xterm/xterm` is pinned, and a test runs the real one.
 */
interface Core {
  registerCsiHandler(id: IFunctionIdentifier, handler: (numbers: Numbers) => boolean): void;
  readonly unicodeService: { charProperties(codePoint: number, before: number): number };
}
interface Numbers {
  readonly params: Int32Array;
  readonly length: number;
}

/** Sequences that count lines (insert, delete, scroll): each step costs a screen of lines. */
const countLines: readonly IFunctionIdentifier[] = [...'LMST'].map((final) => ({ final }));
/** All others that count or name a place (ECMA-48): cells, tabs, rows, columns, repetitions. */
const countOthers: readonly IFunctionIdentifier[] = [
  ...[...'@ABCDEFGHIPXZ`abdefrsu'].map((final) => ({ final })),
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
];

/** Most marks that join the character in a cell. Unicode's longest real ones are emoji of some ten; UAX 15 takes 30 as a bound. */
export const mostMarks = 30;
/** What `charProperties` answers is made of: bit 0 whether it joins, bits 1 and 2 its width, the rest the provider's own. */
const joins = 1;
const stateShift = 3;
const oneCell = 1 << 1;

/** Most characters of an operating system command (titles, colours): xterm.js would take ten million, and answer each part. */
const mostCommand = 1000;
const commands = [0, 1, 2, 4, 10, 11, 12, 104, 110, 111, 112];
/** A link of its own for every character, each kept and moved with each line: ours leads nowhere in any case. */
const linkCommand = 8;

/**
 * Bounds what a program can make a terminal do by one sequence. xterm.js takes numbers up to 2^31 - 1 and goes so many steps,
 * which no program has a use for beyond the size of the screen; marks that join a cell without end, and links. After this a
 * sequence costs a screen at the most. Call it before anything is written.
 */
export function boundScreen(screen: Terminal): void {
  const core = (screen as unknown as { readonly _core: Core })._core;
  const bound = (ids: readonly IFunctionIdentifier[], most: () => number): void => {
    for (const id of ids)
      core.registerCsiHandler(id, (numbers) => {
        for (let i = 0; i < numbers.length; i++) {
          const number = numbers.params[i] ?? 0;
          if (number > most()) numbers.params[i] = most();
        }
        // Not handled: xterm.js goes on with the numbers as they are now.
        return false;
      });
  };
  bound(countLines, () => screen.rows);
  bound(countOthers, () => Math.max(screen.rows, screen.cols, 10));

  const { unicodeService } = core;
  const propertiesOf = unicodeService.charProperties.bind(unicodeService);
  unicodeService.charProperties = (codePoint, before) => {
    const found = propertiesOf(codePoint, before);
    if ((found & joins) === 0) return found;
    const marks = (before >> stateShift) + 1;
    // One too many stands in a cell of its own, where others join it.
    return marks > mostMarks ? oneCell : found | (marks << stateShift);
  };

  for (const command of commands)
    screen.parser.registerOscHandler(command, (data) => data.length > mostCommand);
  screen.parser.registerOscHandler(linkCommand, () => true);
}
