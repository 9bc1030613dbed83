import { jsonCodes } from '../../shared/image/jsonScan';

/** One of the roots that index.json lists. */
export interface ScannedRoot {
  /** The descriptor as it is written there. */
  readonly text: string;
  /** Values in it, as `jsonExcess` counts them. */
  readonly values: number;
}

const { quote, comma, openList, backslash, closeList, openObject, closeObject } = jsonCodes;
/** Bytes of one descriptor: one that is longer is passed over, and so is what stands around the list. */
const longest = 1 << 20;
const listName = 'manifests';

/**
 * Goes through the bytes of an index.json of any length, piece by piece, and finds the members of its list `manifests` without
 * parsing all of it: memory does not grow with the file. What is no object in the list, or longer than a megabyte, is counted
 * alone.
 */
export class IndexScan {
  /** Lists and objects of the list that were passed over. */
  skipped = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** The last text at the top, as far as it can be a name that we look for. */
  private last = '';
  private inList = false;
  private values = 0;
  private parts: Buffer[] = [];
  private length = 0;
  private readonly around: Buffer[] = [];
  private aroundLength = 0;
  /** Where in that the list stands. */
  private place: number | null = null;

  /** What stands before what the list holds, and behind it; null where there is no list, or that is longer than a megabyte. */
  get rest(): readonly [before: string, after: string] | null {
    if (this.place === null || this.aroundLength > longest) return null;
    const bytes = Buffer.concat(this.around);
    return [bytes.toString('utf8', 0, this.place), bytes.toString('utf8', this.place).trimEnd()];
  }

  /** Descriptors that end in these bytes, the next ones of the file. */
  feed(bytes: Buffer): readonly ScannedRoot[] {
    const found: ScannedRoot[] = [];
    let from = 0;
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i] ?? 0;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (c === backslash) this.escaped = true;
        else if (c === quote) this.inString = false;
        if (this.depth === 1 && this.inString && this.last.length <= listName.length)
          this.last += String.fromCharCode(c);
      } else if (c === quote) {
        this.inString = true;
        if (this.depth === 1) this.last = '';
      } else if (c === comma) this.values++;
      else if (c === openObject || c === openList) {
        this.depth++;
        this.values++;
        if (!this.inList && c === openList && this.depth === 2 && this.last === listName) {
          this.keepAround(bytes.subarray(from, i + 1));
          this.place ??= this.aroundLength;
          from = i + 1;
          this.inList = true;
        } else if (this.inList && this.depth === 3) {
          this.begin();
          from = i;
        }
      } else if (c === closeObject || c === closeList) {
        this.depth--;
        if (this.inList && this.depth === 2) {
          this.take(bytes.subarray(from, i + 1));
          from = i + 1;
          const root = this.end(c === closeObject);
          if (root) found.push(root);
          else this.skipped++;
        } else if (this.inList && this.depth === 1) {
          this.inList = false;
          from = i;
        }
      }
    }
    const left = bytes.subarray(from);
    if (!this.inList) this.keepAround(left);
    else if (this.depth > 2) this.take(left);
    return found;
  }

  private begin(): void {
    this.parts = [];
    this.length = 0;
    this.values = 2;
  }

  private take(part: Buffer): void {
    this.length += part.length;
    if (this.length <= longest) this.parts.push(Buffer.from(part));
  }

  private end(isObject: boolean): ScannedRoot | null {
    if (!isObject || this.length > longest) return null;
    return { text: Buffer.concat(this.parts).toString('utf8'), values: this.values };
  }

  private keepAround(part: Buffer): void {
    this.aroundLength += part.length;
    if (this.aroundLength <= longest) this.around.push(Buffer.from(part));
  }
}
