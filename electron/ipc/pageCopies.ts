import { createHash } from 'node:crypto';

/** Texts of the page that are remembered, as digests: the last of them. */
const remembered = 1000;
/** How long after a copy its text is surely on the clipboard, milliseconds. */
const settling = 250;

/**
 * What our page has put on the clipboard. A script of the page can have it changed at some key and wait until the person pastes
 * what he copied elsewhere; so of all that is pasted into a shell it must be known whether the page wrote it. While the page
 * was let copy and has not said that it is done, whatever stands there counts as the page's.
 */
export class PageCopies {
  private readonly known = new Set<string>();
  /** Copies that have begun and are not read yet: how many times one began, by the ID of the web contents. */
  private readonly unread = new Map<number, number>();

  /** `read`: the clipboard's text; `wait` resolves after so many milliseconds. */
  constructor(
    private readonly read: () => Promise<string>,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) =>
      new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
  ) {}

  /** The page had this text put on the clipboard. */
  wrote(text: string): void {
    if (text === '') return;
    const key = digestOf(text);
    this.known.delete(key);
    this.known.add(key);
    for (const oldest of this.known) {
      if (this.known.size <= remembered) break;
      this.known.delete(oldest);
    }
  }

  /** A page may copy or cut now: what it will put there is not known. */
  begins(page: number): void {
    this.unread.set(page, (this.unread.get(page) ?? 0) + 1);
  }

  /** A page's copy is over. Resolves when what it put there is known. */
  async done(page: number): Promise<void> {
    const begun = this.unread.get(page);
    if (begun === undefined) return;
    await this.wait(settling);
    this.wrote(await this.read());
    if (this.unread.get(page) === begun) this.unread.delete(page);
  }

  /** Whether the page may have put this text where it was pasted from. */
  mayHold(text: string): boolean {
    return this.unread.size > 0 || this.known.has(digestOf(text));
  }
}

/** The same for what a clipboard's manager makes of a text on its way: blanks and line ends may be others. */
function digestOf(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, '')).digest('base64');
}
