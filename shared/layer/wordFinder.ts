/** Where three characters go in a table of 2^15; texts are bytes as characters. */
const slots = 1 << 15;
const slotOf = (a: number, b: number, c: number): number => ((a << 10) ^ (b << 5) ^ c) & (slots - 1);

/**
 * Finds which of many words a text holds, in one pass that looks at three characters at a time: hardly a place of a text begins
 * like a word. Words have three characters at least.
 */
export class WordFinder {
  private readonly begins = new Uint8Array(slots);
  private readonly bySlot = new Map<number, string[]>();

  constructor(words: Iterable<string>) {
    for (const word of new Set(words)) {
      if (word.length < 3) throw new Error(`the word ${word} is too short`);
      const slot = slotOf(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2));
      this.begins[slot] = 1;
      const known = this.bySlot.get(slot);
      if (known) known.push(word);
      else this.bySlot.set(slot, [word]);
    }
  }

  /** The words that a text holds. */
  in(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    const { begins } = this;
    const open = new Map<number, string[]>();
    let a = text.charCodeAt(0);
    let b = text.charCodeAt(1);
    for (let i = 2; i < text.length; i++) {
      const c = text.charCodeAt(i);
      const slot = slotOf(a, b, c);
      if (begins[slot] === 1) this.hit(text, i - 2, slot, found, open);
      a = b;
      b = c;
    }
    return found;
  }

  /** Looks closer at a place; words that were found are not looked for again. */
  private hit(text: string, at: number, slot: number, found: Set<string>, open: Map<number, string[]>): void {
    const words = open.get(slot) ?? this.bySlot.get(slot) ?? [];
    if (words.length === 0) return;
    const missing = words.filter((word) => !text.startsWith(word, at) || !found.add(word));
    if (missing.length < words.length || !open.has(slot)) open.set(slot, missing);
  }
}
