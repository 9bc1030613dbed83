import { globToRegExp } from '../image/glob';
import { normalisePath } from './entryPath';

/** What is to be taken out of layers. */
export interface PathRemoval {
  /** Whether a path goes: it fits, or a directory above it does. */
  has(path: string): boolean;
  /** Which of the patterns fit none of the paths that were asked for. */
  unused(): readonly string[];
}

/** Whether a pattern is a path as it is. */
export const isPlainPath = (pattern: string): boolean => !/[*?[]/.test(pattern);

/**
 * Reads patterns as people type them: a path with all that is below it; with `*`, `?` or `[…]` a shell pattern, of the whole
 * path where it holds a slash and of the last name where not. `aliases` says of plain paths where they lead to in the tree that
 * a person sees: what is there goes as well. Null for a pattern that names the root, or leads upwards.
 */
export function pathRemoval(
  patterns: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): PathRemoval | null {
  const exact = new Map<string, string>();
  const globs: { readonly pattern: string; readonly fits: (path: string) => boolean }[] = [];
  for (const pattern of patterns) {
    const path = normalisePath(pattern);
    if (path === null || path === '') return null;
    if (isPlainPath(path)) {
      exact.set(path, pattern);
      const alias = Object.hasOwn(aliases, pattern) ? aliases[pattern] : undefined;
      if (alias !== undefined && !exact.has(alias)) exact.set(alias, pattern);
    } else {
      const glob = globToRegExp(path);
      const whole = pattern.includes('/');
      globs.push({
        pattern,
        fits: (each) => glob.test(whole ? each : each.slice(each.lastIndexOf('/') + 1)),
      });
    }
  }
  const used = new Set<string>();
  const fits = (path: string): boolean => {
    const plain = exact.get(path);
    if (plain !== undefined) used.add(plain);
    let found = plain !== undefined;
    for (const glob of globs)
      if (glob.fits(path)) {
        used.add(glob.pattern);
        found = true;
      }
    return found;
  };
  return {
    has: (path) => {
      if (path === '') return false;
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
        if (fits(path.slice(0, slash))) return true;
      return fits(path);
    },
    unused: () => patterns.filter((pattern) => !used.has(pattern)),
  };
}
