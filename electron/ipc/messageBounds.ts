import type { MessageExcess } from '../../shared/image/problem';

/** Most values in one message: a commit may name 200,000 paths. */
const mostValues = 300_000;
/** Most characters of all texts of one message together. */
const mostCharacters = 64 << 20;
/** Most levels: no request nests deeper than its members' members. */
const mostLevels = 16;

/** Requests that are answered or wait at a time: a page asks for a few. */
export const mostAtOnce = 500;
/** Most bytes of their messages together: the largest picture, and a commit of 200,000 paths beside it. */
export const mostBytes = 320 << 20;
/** A message of so many bytes is held by the number alone: it never waits for what others sent. */
export const smallBytes = 64 << 10;

/** What a value and a member cost beside their texts, bytes. */
const valueBytes = 32;

/** What is known of a message before its schema looks at it. */
export interface Measured {
  /** What it is too much of, or holds that no request takes; null where it may go to its schema. */
  readonly excess: MessageExcess | null;
  /** What it takes in memory, bytes, at the least; of one that is too much only what was looked at. */
  readonly bytes: number;
}

/**
 * Measures a message before its schema looks at it. A schema looks at every value, and some keep a note of each that is wrong:
 * what is beyond all requests is refused before, by a walk that has an end whatever is handed in (cycles, too) and reads no
 * accessor. Bytes are let through where the message has them in a member that `bytes` names: a check of objects would take each
 * byte for a member, 20 MB of them for gigabytes.
 */
export function measure(message: unknown, bytes: ReadonlySet<string>): Measured {
  let binary = 0;
  let values = 0;
  let characters = 0;
  const is = (excess: MessageExcess | null): Measured => ({
    excess,
    bytes: binary + values * valueBytes + characters * 2,
  });
  let level: readonly unknown[] = [message];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > mostLevels) return is('deep');
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string') characters += value.length;
      if (characters > mostCharacters) return is('text');
      if (typeof value !== 'object' || value === null) continue;
      if (!isPlain(value)) return is('kind');
      // Holes of a list count as values: whoever reads it goes through them.
      values += Array.isArray(value) ? value.length : 0;
      if (values > mostValues) return is('many');
      const keys = Object.keys(value);
      if (!Array.isArray(value)) values += keys.length;
      if (values > mostValues) return is('many');
      for (const key of keys) {
        characters += key.length;
        const held = Object.getOwnPropertyDescriptor(value, key);
        if (held && !('value' in held)) return is('accessor');
        const inner: unknown = held?.value;
        if (depth > 0 || !bytes.has(key) || !ArrayBuffer.isView(inner)) below.push(inner);
        else if (isShared(inner.buffer)) return is('shared');
        else binary += inner.buffer.byteLength;
      }
    }
    level = below;
  }
  return is(null);
}

/** Whichever realm made it. */
function isShared(buffer: ArrayBufferLike): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
}

/** Lists, and objects that are nothing but their members, whichever realm made them. */
function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const made = Object.getPrototypeOf(value) as object | null;
  return made === null || Object.getPrototypeOf(made) === null;
}
