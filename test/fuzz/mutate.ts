/** Numbers that look random and are the same for the same seed (mulberry32): whole, from 0 up to below `below`. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below);
  };
}

/** Most bytes of an input: what goes wrong, goes wrong in few. */
const longest = 64 << 10;
const numbers = [
  '0',
  '-1',
  '1',
  '7777777',
  '8',
  '255',
  '4294967296',
  '9007199254740993',
  '1e400',
  'NaN',
  '00',
];

type Random = (below: number) => number;
type Mutation = (input: Buffer, random: Random, seeds: readonly Buffer[], words: readonly string[]) => Buffer;

const splice = (input: Buffer, at: number, removed: number, put: Uint8Array): Buffer =>
  Buffer.concat([input.subarray(0, at), put, input.subarray(at + removed)]);

const mutations: readonly Mutation[] = [
  // A bit, a byte.
  (input, random) => {
    const out = Buffer.from(input);
    for (let i = random(4); i >= 0; i--) {
      const at = random(out.length);
      out[at] = (out[at] ?? 0) ^ (1 << random(8));
    }
    return out;
  },
  (input, random) => {
    const out = Buffer.from(input);
    out[random(out.length)] = [0, 0xff, 0x80, 0x7f, 0x20, 0x30, 0x0a, random(256)][random(8)] ?? 0;
    return out;
  },
  // Cut off, taken out, said twice.
  (input, random) => input.subarray(0, random(input.length)),
  (input, random) => splice(input, random(input.length), 1 + random(64), new Uint8Array(0)),
  (input, random) => {
    const at = random(input.length);
    const piece = input.subarray(at, at + 1 + random(600));
    return splice(input, random(input.length), 0, piece);
  },
  // Whole blocks of a tar: moved, said twice, left out.
  (input, random) => {
    const blocks = Math.ceil(input.length / 512);
    const from = 512 * random(blocks);
    return splice(
      input,
      512 * random(blocks),
      512 * random(2),
      input.subarray(from, from + 512 * (1 + random(3))),
    );
  },
  // Some of another input.
  (input, random, seeds) => {
    const other = seeds[random(seeds.length)] ?? input;
    const at = random(other.length);
    return splice(input, random(input.length), random(64), other.subarray(at, at + 1 + random(512)));
  },
  // A word of the format.
  (input, random, _seeds, words) =>
    splice(input, random(input.length), random(8), Buffer.from(words[random(words.length)] ?? '')),
  // Another number in the place of one.
  (input, random) => {
    const places = [...input.toString('latin1').matchAll(/\d+/g)];
    const place = places[random(places.length)];
    if (!place) return input;
    return splice(input, place.index, place[0].length, Buffer.from(numbers[random(numbers.length)] ?? '0'));
  },
];

/** An input made of a seed by a few mutations; `repair` makes right what would hide the rest, such as a checksum. */
export function mutate(
  seeds: readonly Buffer[],
  words: readonly string[],
  random: Random,
  repair: (input: Buffer) => Buffer = (input) => input,
): Buffer {
  let input = Buffer.from(seeds[random(seeds.length)] ?? Buffer.from('x'));
  for (let i = random(5); i >= 0; i--) {
    const mutation = mutations[random(mutations.length)];
    if (mutation && input.length > 0) input = Buffer.from(mutation(input, random, seeds, words));
  }
  input = input.subarray(0, longest);
  return random(4) === 0 ? input : repair(input);
}
