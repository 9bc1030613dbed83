import type { Terminal } from '@xterm/xterm';

/** What a feed needs of a terminal. */
export type FedScreen = Pick<Terminal, 'write' | 'onKey'> & {
  options: Pick<Terminal['options'], 'screenReaderMode'>;
};

/** Least and most characters of a piece. */
const least = 64;
const most = 16_384;
/** A piece that took longer was too long, milliseconds: the window draws and listens between pieces. */
const tooLong = 12;
/** Characters after which they are said to be shown. */
const told = 32_768;
/** Most characters that are read out after a key: more nobody listens to, and xterm.js keeps them all until a line ends. */
const mostRead = 16_384;
/** How long a program is silent until a screen reader is told of it again, milliseconds. */
const quiet = 500;

/**
 * Hands a program's output to a terminal in pieces of a length that it takes without a pause of the window, whatever they make it do,
 * and says how much of it is shown, so that no more is sent than that.
 */
export class ScreenFeed {
  private waiting = '';
  private busy = false;
  private piece = 1024;
  private shown = 0;
  private read = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private ended = false;

  /** `onShown` is told how many characters more were shown; `now`: milliseconds. */
  constructor(
    private readonly screen: FedScreen,
    private readonly onShown: (characters: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    screen.onKey(() => (this.read = 0));
  }

  /** Output of the program. */
  write(data: string): void {
    this.waiting += data;
    if (!this.busy) this.next();
  }

  /** What was to be read out of the screen is not read any more: it has been cleared. */
  forget(): void {
    this.read = 0;
    if (this.timer !== null) return;
    this.screen.options.screenReaderMode = false;
    this.screen.options.screenReaderMode = true;
  }

  /** Nothing more is written or told. */
  end(): void {
    this.ended = true;
    this.waiting = '';
    if (this.timer) clearTimeout(this.timer);
  }

  private next(): void {
    if (this.ended) return;
    if (this.waiting === '' || this.shown >= told) {
      if (this.shown > 0) this.onShown(this.shown);
      this.shown = 0;
    }
    if (this.waiting === '') return;
    const piece = this.waiting.slice(0, this.piece);
    this.waiting = this.waiting.slice(piece.length);
    this.busy = true;
    this.listen(piece.length);
    const begun = this.now();
    this.screen.write(piece, () => {
      const took = this.now() - begun;
      if (took > tooLong) this.piece = Math.max(least, this.piece >> 1);
      else if (took < tooLong / 4) this.piece = Math.min(most, this.piece << 1);
      this.shown += piece.length;
      this.busy = false;
      this.next();
    });
  }

  /** A screen reader is told of what comes while that is little. */
  private listen(characters: number): void {
    this.read += characters;
    if (this.read <= mostRead) return;
    // Switched off xterm.js forgets what it has kept to be read.
    if (this.timer) clearTimeout(this.timer);
    else this.screen.options.screenReaderMode = false;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.read = 0;
      this.screen.options.screenReaderMode = true;
    }, quiet);
  }
}
