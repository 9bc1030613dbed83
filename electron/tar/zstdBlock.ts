import {
  BackBits,
  readStateTable,
  readSymbolTable,
  singleState,
  stateTable,
  type StateTable,
  type SymbolTable,
} from './zstdCodes';

/** What a frame has given so far: the window is the end of it. */
export interface Written {
  bytes: Uint8Array;
  filled: number;
  /** Bytes before `filled` that a match may go back to. */
  reach: number;
}

const kinds = ['literals', 'offsets', 'matches'] as const;
type Kind = (typeof kinds)[number];

/** What a block hands on to the next one of its frame. */
export interface BlockState {
  code: SymbolTable | null;
  readonly tables: Record<Kind, StateTable | null>;
  readonly offsets: [number, number, number];
}

/** The state that a frame begins with. */
export const firstState = (): BlockState => ({
  code: null,
  tables: { literals: null, offsets: null, matches: null },
  offsets: [1, 4, 8],
});

/** Bits behind a code of a length, and the least length that it stands for (3.1.1.3.2.1.1). */
const extra = (bits: readonly number[], first: number): { bits: Uint8Array; bases: Uint32Array } => {
  const bases = new Uint32Array(bits.length);
  let base = first;
  for (const [code, count] of bits.entries()) {
    bases[code] = base;
    base += 2 ** count;
  }
  return { bits: Uint8Array.from(bits), bases };
};
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const literalCodes = extra(
  [...zeros(16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  0,
);
const matchCodes = extra(
  [...zeros(32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  3,
);

/** The most that a table may have, and the table that holds where none is given (3.1.1.3.2.2). */
const rules: Readonly<
  Record<Kind, { readonly mostLog: number; readonly mostSymbol: number; readonly usual: StateTable }>
> = {
  literals: {
    mostLog: 9,
    mostSymbol: 35,
    usual: stateTable(
      6,
      [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1,
        -1, -1, -1,
      ],
    ),
  },
  offsets: {
    mostLog: 8,
    mostSymbol: 31,
    usual: stateTable(
      5,
      [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
    ),
  },
  matches: {
    mostLog: 9,
    mostSymbol: 52,
    usual: stateTable(
      6,
      [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
      ],
    ),
  },
};

/** Offsets beyond any window that is decoded. */
const mostOffsetBits = 28;

/** Decodes a stream of a Huffman code that fills `out`; its bits must be used up to the last. */
function readSymbols(table: SymbolTable, bits: BackBits, out: Uint8Array): void {
  const { log, symbols, bits: lengths } = table;
  for (let i = 0; i < out.length; i++) {
    const index = bits.peek(log);
    out[i] = symbols[index] ?? 0;
    bits.left -= lengths[index] ?? 0;
    if (bits.left < 0) throw new Error('literals are cut off');
  }
  if (bits.left !== 0) throw new Error('literals are too long');
}

/** Decodes compressed blocks (RFC 8878, 3.1.1.3). No block gives more than `most` bytes, however many it claims. */
export class BlockDecoder {
  private readonly room = new Uint8Array(1 << 17);

  /** Decodes the bytes of a block to the end of `written`, which has room for `most`. Throws for what breaks the format. */
  decode(block: Uint8Array, state: BlockState, written: Written, most: number): void {
    const { literals, end } = this.literals(block, state, most);
    const limit = written.filled + most;
    const put = (from: number, count: number): void => {
      if (from + count > literals.length || written.filled + count > limit)
        throw new Error('a block gives too much');
      const { bytes, filled } = written;
      if (count > 32) bytes.set(literals.subarray(from, from + count), filled);
      else for (let i = 0; i < count; i++) bytes[filled + i] = literals[from + i] ?? 0;
      written.filled += count;
      written.reach += count;
    };
    const used = sequences(block, end, state, { written, limit, put });
    put(used, literals.length - used);
  }

  private literals(
    block: Uint8Array,
    state: BlockState,
    most: number,
  ): { readonly literals: Uint8Array; readonly end: number } {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = block;
    const kind = a & 3;
    const form = (a >> 2) & 3;
    if (kind < 2) {
      const head = form === 1 ? 2 : form === 3 ? 3 : 1;
      const size = head === 1 ? a >> 3 : head === 2 ? (a >> 4) | (b << 4) : (a >> 4) | (b << 4) | (c << 12);
      const end = head + (kind === 0 ? size : 1);
      if (size > most || end > block.length) throw new Error('literals are too long');
      if (kind === 0) return { literals: block.subarray(head, end), end };
      return { literals: this.room.subarray(0, size).fill(block[head] ?? 0), end };
    }
    const head = form < 2 ? 3 : form + 2;
    const [size, packed] =
      form < 2
        ? [(a >> 4) | ((b & 0x3f) << 4), (b >> 6) | (c << 2)]
        : form === 2
          ? [(a >> 4) | (b << 4) | ((c & 3) << 12), (c >> 2) | (d << 6)]
          : [(a >> 4) | (b << 4) | ((c & 0x3f) << 12), (c >> 6) | (d << 2) | (e << 10)];
    const end = head + packed;
    if (size > most || end > block.length) throw new Error('literals are too long');
    let at = head;
    if (kind === 2) {
      const read = readSymbolTable(block, at, end);
      state.code = read.table;
      at = read.end;
    }
    const { code } = state;
    if (code === null) throw new Error('there is no code to read literals by');
    const literals = this.room.subarray(0, size);
    if (form === 0) readSymbols(code, new BackBits(block, at, end), literals);
    else {
      const each = (size + 3) >> 2;
      let from = at + 6;
      if (from > end || each * 3 > size) throw new Error('literals are cut off');
      for (let i = 0; i < 4; i++) {
        const length = (block[at + 2 * i] ?? 0) | ((block[at + 2 * i + 1] ?? 0) << 8);
        const to = i === 3 ? end : from + length;
        if (to > end) throw new Error('literals are cut off');
        const out = literals.subarray(each * i, i === 3 ? size : each * (i + 1));
        readSymbols(code, new BackBits(block, from, to), out);
        from = to;
      }
    }
    return { literals, end };
  }
}

interface Target {
  readonly written: Written;
  /** Where a block has to end. */
  readonly limit: number;
  /** Appends literals. */
  readonly put: (from: number, count: number) => void;
}

/** Carries out the sequences of a block, which begin at `at`. Gives how many literals they have used. */
function sequences(block: Uint8Array, at: number, state: BlockState, target: Target): number {
  const [first = 0, second = 0, third = 0] = block.subarray(at, at + 3);
  if (at >= block.length) throw new Error('a block is cut off');
  let next = at + (first < 128 ? 1 : first < 255 ? 2 : 3);
  const count =
    first < 128 ? first : first < 255 ? ((first - 128) << 8) + second : second + (third << 8) + 0x7f00;
  if (count === 0) {
    if (next !== block.length) throw new Error('a block is too long');
    return 0;
  }
  const modes = block[next++] ?? 0;
  if ((modes & 3) !== 0) throw new Error('a block is of an unknown form');
  for (const [i, kind] of kinds.entries()) {
    const mode = (modes >> (6 - 2 * i)) & 3;
    const { usual, ...rule } = rules[kind];
    if (mode === 0) state.tables[kind] = usual;
    else if (mode === 1) {
      const symbol = block[next++] ?? 0;
      if (symbol > rule.mostSymbol) throw new Error('a code is damaged');
      state.tables[kind] = singleState(symbol);
    } else if (mode === 2) {
      const read = readStateTable(block, next, block.length, rule);
      state.tables[kind] = read.table;
      next = read.end;
    }
  }
  const { literals, offsets, matches } = state.tables;
  if (!literals || !offsets || !matches) throw new Error('there is no table to go on with');
  const bits = new BackBits(block, next, block.length);
  let literalState = bits.take(literals.log);
  let offsetState = bits.take(offsets.log);
  let matchState = bits.take(matches.log);
  let used = 0;
  for (let i = 0; ; i++) {
    const offsetCode = offsets.symbols[offsetState] ?? 0;
    if (offsetCode > mostOffsetBits) throw new Error('a match is out of the window');
    const value = 2 ** offsetCode + bits.take(offsetCode);
    const matchCode = matches.symbols[matchState] ?? 0;
    const length = (matchCodes.bases[matchCode] ?? 0) + bits.take(matchCodes.bits[matchCode] ?? 0);
    const literalCode = literals.symbols[literalState] ?? 0;
    const before = (literalCodes.bases[literalCode] ?? 0) + bits.take(literalCodes.bits[literalCode] ?? 0);
    if (bits.left < 0) throw new Error('sequences are cut off');
    target.put(used, before);
    used += before;
    copyMatch(target, offsetOf(value, before, state.offsets), length);
    if (i === count - 1) break;
    literalState = (literals.bases[literalState] ?? 0) + bits.take(literals.bits[literalState] ?? 0);
    matchState = (matches.bases[matchState] ?? 0) + bits.take(matches.bits[matchState] ?? 0);
    offsetState = (offsets.bases[offsetState] ?? 0) + bits.take(offsets.bits[offsetState] ?? 0);
  }
  if (bits.left !== 0) throw new Error('sequences are too long');
  return used;
}

/** What an offset's value means: one of the three last, or itself (3.1.1.5). */
function offsetOf(value: number, literals: number, last: BlockState['offsets']): number {
  const which = value > 3 ? 3 : value - 1 + (literals === 0 ? 1 : 0);
  if (which === 0) return last[0];
  const offset = value > 3 ? value - 3 : which === 3 ? last[0] - 1 : (last[which] ?? 0);
  if (which > 1) last[2] = last[1];
  last[1] = last[0];
  last[0] = offset;
  return offset;
}

function copyMatch({ written, limit }: Target, offset: number, length: number): void {
  const { bytes, filled } = written;
  if (offset <= 0 || offset > written.reach) throw new Error('a match is out of the window');
  if (filled + length > limit) throw new Error('a block gives too much');
  const from = filled - offset;
  if (offset === 1) bytes.fill(bytes[from] ?? 0, filled, filled + length);
  else if (offset >= length && length > 32) bytes.copyWithin(filled, from, from + length);
  else for (let i = 0; i < length; i++) bytes[filled + i] = bytes[from + i] ?? 0;
  written.filled += length;
  written.reach += length;
}
