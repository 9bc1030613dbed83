import { resolve } from 'node:path';

/** The path that a word would be if it is one, and is perhaps none; null where it would be relative to a working directory that was deleted. */
export function wordPath(word: string): string | null {
  try {
    return resolve(word);
  } catch {
    return null;
  }
}
