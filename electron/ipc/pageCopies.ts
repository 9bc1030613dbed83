import { createHash } from 'node:crypto';
import type { CopyRecords } from './copyRecords';

/** Texts of the page that are remembered, as digests: the last of them. */
const remembered = 1000;
/** How long after a copy its text is surely on the clipboard, milliseconds. */
const settling = 250;

/**
 * What pages of ours have put on the clipboard: of this process, and by `records` of every other one of this user, before and
 * beside it, for the clipboard is one for all. A script of the page can have it changed at some key and wait until the person pastes
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
    private readonly records: CopyRecords,
    private readonly wait: (milliseconds: number) => Promise<void> = (milliseconds) =>
      new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
  ) {}

  /** The page is having this text put on the clipboard. Throws what {@link CopyRecords.add} throws: then it must not be put there. */
  wrote(text: string): void {
    if (text === '') return;
    const key = digestOf(text);
    this.records.add(key);
    this.known.delete(key);
    this.known.add(key);
    for (const oldest of this.known) {
      if (this.known.size <= remembered) break;
      this.known.delete(oldest);
    }
  }

  /** A page may copy or cut now: what it will put there is not known. Throws what {@link CopyRecords.begin} throws: then it may not. */
  begins(page: number): void {
    if (this.unread.size === 0) this.records.begin();
    this.unread.set(page, (this.unread.get(page) ?? 0) + 1);
  }

  /** A page's copy is over. Resolves when what it put there is known. */
  async done(page: number): Promise<void> {
    const begun = this.unread.get(page);
    if (begun === undefined) return;
    await this.wait(settling);
    this.wrote(await this.read());
    if (this.unread.get(page) !== begun) return;
    this.unread.delete(page);
    if (this.unread.size === 0) this.records.end();
  }

  /** Whether the page may have put this text where it was pasted from. */
  mayHold(text: string): boolean {
    const key = digestOf(text);
    return this.unread.size > 0 || this.known.has(key) || this.records.mayHave(key);
  }
}

/** The same for what a clipboard's manager makes of a text on its way: blanks and line ends may be others. */
function digestOf(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, '')).digest('hex');
}
