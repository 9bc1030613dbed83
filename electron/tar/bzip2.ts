/**
 * Decoding of bzip2 (the format has no other description than the program, version 1.0.8). The libraries for it hold all that
 * a block expands to, which is 46 MB for 45 bytes, and do not end on some broken ones; here a block gives out its
 * bytes in pieces, and memory is that of one block's symbols.
 */

/** Most codes that a block has, for each step of the level. */
const blockUnit = 100_000;
const maxCodeBits = 20;
const maxSymbols = 258;
const groupCodes = 50;
/** Bytes that are given out at a time. */
const pieceBytes = 1 << 18;
/** Most bytes that a code of a block stands for: behind four equal ones the fifth says how many more there are, up to 255. */
const mostOfCode = (4 + 255) / 5;
/** Bytes that are read ahead at once: what waits is copied each time, so that they must not come in drops. */
const aheadBytes = 1 << 19;

/** Most bytes that a block takes: every code as long as can be, the tables and selectors before them. */
const mostBlockBytes = (level: number): number =>
  Math.ceil((blockUnit * level * maxCodeBits) / 8) + (1 << 16);

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let i = 0; i < 8; i++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

/** Codes of one table by their length (canonical Huffman): the last code of each length, and where its symbols begin. */
interface CodeTable {
  readonly least: number;
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

function codeTable(lengths: Uint8Array): CodeTable {
  const counts = new Int32Array(maxCodeBits + 2);
  for (const length of lengths) counts[length]!++;
  const limit = new Int32Array(maxCodeBits + 1).fill(-1);
  const base = new Int32Array(maxCodeBits + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let at = 0;
  let least = 0;
  for (let length = 1; length <= maxCodeBits; length++) {
    const count = counts[length] ?? 0;
    base[length] = at - code;
    if (count > 0) {
      if (least === 0) least = length;
      for (let symbol = 0; symbol < lengths.length; symbol++)
        if (lengths[symbol] === length) symbols[at++] = symbol;
      code += count;
      limit[length] = code - 1;
    }
    code <<= 1;
  }
  return { least, limit, base, symbols };
}

/** Bits of the bytes that are there, the highest first. */
class Bits {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private hold = 0;
  private count = 0;
  /** True when the source has no more. */
  ended = false;

  /** Bytes that wait. */
  get waiting(): number {
    return this.bytes.length - this.at;
  }

  /** Adds bytes behind those that wait. */
  add(chunks: readonly Uint8Array[]): void {
    this.bytes = Buffer.concat([this.bytes.subarray(this.at), ...chunks]);
    this.at = 0;
  }

  private fill(bits: number): void {
    while (this.count < bits) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error(this.ended ? 'unexpected end' : 'a block is too long');
      this.hold = (this.hold << 8) | byte;
      this.count += 8;
    }
  }

  /** The next bits, 24 at the most. */
  take(bits: number): number {
    this.fill(bits);
    this.count -= bits;
    return (this.hold >>> this.count) & ((1 << bits) - 1);
  }

  /** 32 bits as a signed number. */
  word(): number {
    return (this.take(16) << 16) | this.take(16);
  }

  /** Passes over the rest of a byte that was begun. */
  align(): void {
    this.count -= this.count % 8;
  }

  /** The next symbol by a table. Throws where no code begins so. */
  symbol({ least, limit, base, symbols }: CodeTable): number {
    let code = this.take(least);
    for (let length = least; length <= maxCodeBits; length++) {
      if (code <= (limit[length] ?? -1)) {
        const symbol = symbols[code + (base[length] ?? 0)];
        if (symbol === undefined) break;
        return symbol;
      }
      code = (code << 1) | this.take(1);
    }
    throw new Error('a code is none');
  }
}

/** What a block holds before its bytes are put in order. */
interface Block {
  /** Low 8 bits: the byte; above them: where the next one is. */
  readonly chain: Int32Array;
  readonly count: number;
  readonly first: number;
  readonly crc: number;
}

function readSymbols(bits: Bits): Uint8Array {
  const used = bits.take(16);
  const bytes: number[] = [];
  for (let high = 0; high < 16; high++) {
    if (((used >> (15 - high)) & 1) === 0) continue;
    const row = bits.take(16);
    for (let low = 0; low < 16; low++) if (((row >> (15 - low)) & 1) !== 0) bytes.push(high * 16 + low);
  }
  if (bytes.length === 0) throw new Error('a block without bytes');
  return Uint8Array.from(bytes);
}

function moveToFront(list: Uint8Array, from: number): number {
  const found = list[from] ?? 0;
  if (from > 16) list.copyWithin(1, 0, from);
  else for (let i = from; i > 0; i--) list[i] = list[i - 1] ?? 0;
  list[0] = found;
  return found;
}

function readTables(
  bits: Bits,
  symbols: number,
): { readonly tables: CodeTable[]; readonly selectors: Uint8Array } {
  const groups = bits.take(3);
  if (groups < 2 || groups > 6) throw new Error('a wrong number of tables');
  const selectors = new Uint8Array(bits.take(15));
  if (selectors.length === 0) throw new Error('no tables are used');
  const order = Uint8Array.from({ length: groups }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let index = 0;
    while (bits.take(1) === 1) if (++index >= groups) throw new Error('a table is none');
    selectors[i] = moveToFront(order, index);
  }
  const tables: CodeTable[] = [];
  for (let group = 0; group < groups; group++) {
    const lengths = new Uint8Array(symbols);
    let length = bits.take(5);
    for (let i = 0; i < symbols; i++) {
      for (;;) {
        if (length < 1 || length > maxCodeBits) throw new Error('a code is too long');
        if (bits.take(1) === 0) break;
        length += bits.take(1) === 0 ? 1 : -1;
      }
      lengths[i] = length;
    }
    tables.push(codeTable(lengths));
  }
  return { tables, selectors };
}

/** Reads a block behind its mark; `chain` has as much room as one of this level may take. */
function readBlock(bits: Bits, chain: Int32Array): Block {
  const crc = bits.word();
  if (bits.take(1) === 1) throw new Error('a block is randomised, as no version since 0.9.5 writes them');
  const first = bits.take(24);
  const list = readSymbols(bits);
  const end = list.length + 1;
  const { tables, selectors } = readTables(bits, list.length + 2);
  if (list.length + 2 > maxSymbols) throw new Error('too many symbols');
  const counts = new Int32Array(256);
  let count = 0;
  let selector = 0;
  let left = 0;
  let table: CodeTable | undefined;
  /** A run is a number in digits of 1 and 2, the lowest first. */
  let run = 0;
  let digit = 1;
  for (;;) {
    if (left === 0) {
      const index = selectors[selector++];
      table = index === undefined ? undefined : tables[index];
      if (!table) throw new Error('codes go on behind the last table');
      left = groupCodes;
    }
    left--;
    const symbol: number = table ? bits.symbol(table) : 0;
    if (symbol <= 1) {
      run += digit << symbol;
      digit <<= 1;
      // Before it can grow beyond what a number holds.
      if (run > chain.length - count) throw new Error('a block is too long');
      continue;
    }
    if (run > 0) {
      const byte = list[0] ?? 0;
      chain.fill(byte, count, count + run);
      counts[byte]! += run;
      count += run;
      run = 0;
      digit = 1;
    }
    if (symbol === end) break;
    if (count >= chain.length) throw new Error('a block is too long');
    const byte = moveToFront(list, symbol - 1);
    counts[byte]!++;
    chain[count++] = byte;
  }
  if (first >= count) throw new Error('a block begins nowhere');
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const these = counts[byte] ?? 0;
    counts[byte] = sum;
    sum += these;
  }
  for (let i = 0; i < count; i++) {
    const byte = (chain[i] ?? 0) & 0xff;
    const place = counts[byte]!++;
    chain[place]! |= i << 8;
  }
  return { chain, count, first, crc };
}

/** The bytes of a block in pieces. Throws when they have another checksum than the block says. */
function* blockBytes({ chain, count, first, crc: expected }: Block): Generator<Uint8Array> {
  let crc = -1;
  // A small block makes no large piece: streams can have one every thirty bytes.
  const room = Math.min(pieceBytes, Math.ceil(count * mostOfCode) + 255);
  let out = Buffer.allocUnsafe(room);
  let filled = 0;
  let at = (chain[first] ?? 0) >>> 8;
  /** Equal bytes so far: behind four of them comes how many more there are. */
  let equal = 0;
  let last = -1;
  for (let i = 0; i < count; i++) {
    const entry = chain[at] ?? 0;
    at = entry >>> 8;
    let byte = entry & 0xff;
    let copies = 1;
    if (equal === 4) {
      copies = byte;
      byte = last;
      equal = 0;
      last = -1;
    } else {
      equal = byte === last ? equal + 1 : 1;
      last = byte;
    }
    if (filled + copies > out.length) {
      yield out.subarray(0, filled);
      out = Buffer.allocUnsafe(room);
      filled = 0;
    }
    for (let copy = 0; copy < copies; copy++) {
      crc = (crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] ?? 0);
      out[filled++] = byte;
    }
  }
  if (filled > 0) yield out.subarray(0, filled);
  if (~crc !== expected) throw new Error('the checksum of a block is wrong');
}

const marks = { block: [0x314159, 0x265359], end: [0x177245, 0x385090] } as const;

/** Decodes one stream behind another, as pbzip2 writes them. Throws what is wrong; `unexpected end` where it was cut. */
export async function* unbzip2(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const bits = new Bits();
  const input = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const want = async (bytes: number): Promise<void> => {
    if (bits.waiting >= bytes || bits.ended) return;
    const chunks: Uint8Array[] = [];
    for (let waiting = bits.waiting; waiting < bytes + aheadBytes && !bits.ended;) {
      const step = await input.next();
      if (step.done === true) bits.ended = true;
      else {
        chunks.push(step.value);
        waiting += step.value.length;
      }
    }
    if (chunks.length > 0) bits.add(chunks);
  };
  // Grows to the highest level that has a block, and serves all streams: one of nothing is made of 14 bytes.
  let chain = new Int32Array(0);
  try {
    for (let streams = 0; ; streams++) {
      await want(4);
      if (bits.waiting === 0 && streams > 0) return;
      if (bits.take(24) !== 0x425a68) throw new Error('no stream begins here');
      const level = bits.take(8) - 0x30;
      if (level < 1 || level > 9) throw new Error('an unknown level');
      let crc = 0;
      for (;;) {
        await want(mostBlockBytes(level));
        const [high, low] = [bits.take(24), bits.take(24)];
        if (high === marks.end[0] && low === marks.end[1]) break;
        if (high !== marks.block[0] || low !== marks.block[1]) throw new Error('no block begins here');
        if (chain.length < level * blockUnit) chain = new Int32Array(level * blockUnit);
        const block = readBlock(bits, chain.subarray(0, level * blockUnit));
        yield* blockBytes(block);
        crc = ((crc << 1) | (crc >>> 31)) ^ block.crc;
      }
      if (bits.word() !== (crc | 0)) throw new Error('the checksum of the stream is wrong');
      bits.align();
    }
  } finally {
    await input.return?.();
  }
}
