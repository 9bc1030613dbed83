/** The two codes of zstd (RFC 8878, 4): finite state entropy and Huffman, as tables to look symbols up in. */

/** Place of the highest bit that is set; -1 for 0. */
const highBit = (value: number): number => 31 - Math.clz32(value);

/** Bits of a stream that is read from its end. Beyond its beginning there are zeros; {@link BackBits.left} is below 0 then. */
export class BackBits {
  /** Bits that are not read yet. */
  left: number;

  /** The bytes from `start` to `end`; the highest bit of the last one marks the end. Throws where there is none. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly start: number,
    end: number,
  ) {
    const last = end > start ? (bytes[end - 1] ?? 0) : 0;
    if (last === 0) throw new Error('a stream of bits has no end');
    this.left = (end - start - 1) * 8 + highBit(last);
  }

  /** The next bits, as many as a table asks for (16 at the most), without taking them. */
  peek(count: number): number {
    const at = this.left - count;
    if (at >= 0) return this.at(at) & ((1 << count) - 1);
    return this.left <= 0 ? 0 : (this.at(0) & ((1 << this.left) - 1)) << -at;
  }

  /** The next bits, 31 at the most. */
  take(count: number): number {
    if (count > 16) {
      const high = this.take(count - 16);
      return (high << 16) | this.take(16);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  private at(bit: number): number {
    const { bytes } = this;
    const byte = this.start + (bit >> 3);
    return (
      ((bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16)) >>> (bit & 7)
    );
  }
}

/** A table of finite state entropy: what a state stands for, and how the next one is found. */
export interface StateTable {
  /** Bits of a state. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table of one symbol that takes no bits. */
export const singleState = (symbol: number): StateTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
});

/** Spreads symbols over the states by their probabilities; -1 is "less than one" (4.1.1). */
export function stateTable(log: number, chances: ArrayLike<number>): StateTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(chances.length);
  let high = size;
  for (let symbol = 0; symbol < chances.length; symbol++)
    if (chances[symbol] === -1) {
      symbols[--high] = symbol;
      next[symbol] = 1;
    }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < chances.length; symbol++) {
    const chance = chances[symbol] ?? 0;
    if (chance <= 0) continue;
    next[symbol] = chance;
    for (let i = 0; i < chance; i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const value = next[symbols[state] ?? 0]!++;
    bits[state] = log - highBit(value);
    bases[state] = (value << (bits[state] ?? 0)) - size;
  }
  return { log, symbols, bits, bases };
}

/**
 * Reads the probabilities of a table (4.1.1) from `at`. Gives the table and where the bytes behind it begin; throws for more bits
 * than `mostLog`, a symbol above `mostSymbol`, or what sums up to something else.
 */
export function readStateTable(
  bytes: Uint8Array,
  at: number,
  end: number,
  { mostLog, mostSymbol }: { readonly mostLog: number; readonly mostSymbol: number },
): { readonly table: StateTable; readonly end: number } {
  let bit = at * 8;
  const take = (count: number): number => {
    const byte = bit >> 3;
    const value =
      ((bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16)) >>> (bit & 7);
    bit += count;
    return value & ((1 << count) - 1);
  };
  const log = take(4) + 5;
  if (log > mostLog) throw new Error('a table is too large');
  const chances: number[] = [];
  let rest = 1 << log;
  while (rest > 0) {
    if (chances.length > mostSymbol) throw new Error('a table has too many symbols');
    const count = highBit(rest + 1) + 1;
    let value = take(count);
    const low = (1 << (count - 1)) - 1;
    const threshold = (1 << count) - 2 - rest;
    if ((value & low) < threshold) {
      bit--;
      value &= low;
    } else if (value > low) value -= threshold;
    const chance = value - 1;
    rest -= Math.abs(chance);
    chances.push(chance);
    for (let more = chance === 0 ? 3 : 0; more === 3;) {
      more = take(2);
      for (let i = 0; i < more; i++) chances.push(0);
      if (chances.length > mostSymbol + 1) throw new Error('a table has too many symbols');
    }
  }
  const after = (bit + 7) >> 3;
  if (rest < 0 || after > end) throw new Error('a table is damaged');
  return { table: stateTable(log, chances), end: after };
}

/** A Huffman code: symbols and their bits by the next `log` bits. */
export interface SymbolTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const mostWeights = 255;
const mostCodeBits = 11;

/** Reads the description of a Huffman code (4.2.1). Gives the table and where the bytes behind it begin. */
export function readSymbolTable(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly table: SymbolTable; readonly end: number } {
  const head = bytes[at] ?? 0;
  const begin = at + 1;
  const after = begin + (head >= 128 ? (head - 126) >> 1 : head);
  if (after > end) throw new Error('a code is cut off');
  const weights: number[] = [];
  if (head >= 128)
    for (let i = 0; i < head - 127; i++) {
      const pair = bytes[begin + (i >> 1)] ?? 0;
      weights.push(i % 2 === 0 ? pair >> 4 : pair & 15);
    }
  else readWeights(bytes, begin, after, weights);
  return { table: symbolTable(weights), end: after };
}

/** Weights come by two states in turn, until the bits are used up. */
function readWeights(bytes: Uint8Array, begin: number, end: number, weights: number[]): void {
  const { table, end: at } = readStateTable(bytes, begin, end, { mostLog: 6, mostSymbol: mostWeights });
  const bits = new BackBits(bytes, at, end);
  const states = [bits.take(table.log), bits.take(table.log)];
  for (let turn = 0; ; turn ^= 1) {
    if (weights.length >= mostWeights) throw new Error('a code has too many symbols');
    const state = states[turn] ?? 0;
    weights.push(table.symbols[state] ?? 0);
    states[turn] = (table.bases[state] ?? 0) + bits.take(table.bits[state] ?? 0);
    if (bits.left >= 0) continue;
    weights.push(table.symbols[states[turn ^ 1] ?? 0] ?? 0);
    return;
  }
}

function symbolTable(weights: number[]): SymbolTable {
  let sum = 0;
  for (const weight of weights) sum += weight > 0 ? 2 ** (weight - 1) : 0;
  const log = sum > 0 && sum < 1 << 12 ? highBit(sum) + 1 : 0;
  const rest = (1 << log) - sum;
  // The last weight is what is missing to a whole.
  if (log === 0 || log > mostCodeBits || (rest & (rest - 1)) !== 0 || weights.length > mostWeights)
    throw new Error('a code is damaged');
  weights.push(highBit(rest) + 1);
  const symbols = new Uint8Array(1 << log);
  const bits = new Uint8Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++)
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      const next = at + (1 << (weight - 1));
      symbols.fill(symbol, at, next);
      bits.fill(log + 1 - weight, at, next);
      at = next;
    }
  return { log, symbols, bits };
}
