import { globToRegExp, isGlob, unescapeGlob } from '../image/glob';
import { shown } from '../image/hiddenText';
import { lexicalPath, normalisePath } from './entryPath';

/** How far the patterns fit on the way to a directory. */
export interface RemovalStep {
  /** The directory goes, and so does all that is in it. */
  readonly gone: boolean;
  /** Patterns that fit so far, each with which of its names comes next. */
  readonly ahead: readonly { readonly pattern: NamePattern; readonly next: number }[];
}

/** What is to be taken out of layers. */
export interface PathRemoval {
  /** Where a walk begins. */
  readonly root: RemovalStep;
  /** From a directory to a name in it: a name costs the same however deep it lies. */
  step(from: RemovalStep, name: string): RemovalStep;
  /** Whether a path goes: it fits, or a directory above it does. */
  has(path: string): boolean;
  /** Which of the patterns fit none of the paths that were asked for. */
  unused(): readonly string[];
}

interface NamePattern {
  /** As the person typed it. */
  readonly pattern: string;
  /** What fits each name of a path. */
  readonly names: readonly ((name: string) => boolean)[];
}

/** The path that a pattern is, if it is one. */
export const plainPath = (pattern: string): string | null => (isGlob(pattern) ? null : unescapeGlob(pattern));

/** What to type for one path that is there, relative as lists give it, and what is below it (`patternReadings`). */
export const literalPattern = (path: string): string => `/${shown(path)}`;

/**
 * A pattern as layers write paths: of what is no pattern `..` is taken by its letters, as of any path that a person types. Null for
 * one that names the root, or has `..` among special characters.
 */
export function patternPath(pattern: string): string | null {
  const path = isGlob(pattern) ? normalisePath(pattern) : lexicalPath(pattern);
  return path === '' ? null : path;
}

const gone: RemovalStep = { gone: true, ahead: [] };
const nothing: RemovalStep = { gone: false, ahead: [] };

/** A pattern in parts, one a name: `*` and `?` do not cross a slash, and one in brackets parts nothing. */
function partsOf(pattern: string): readonly string[] {
  return pattern.match(/(?:\\[*?[\]\\]|\[(?:\\[*?[\]\\]|\\(?![*?[\]\\])|[^\]\\])*\]|[^/])+/g) ?? [];
}

/** What fits the names of a path as it is. */
const namesOf = (path: string): NamePattern['names'] =>
  path.split('/').map((part) => (name: string) => name === part);

function namePattern(pattern: string, path: string): NamePattern {
  const plain = plainPath(path);
  if (plain !== null) return { pattern, names: namesOf(plain) };
  const names = partsOf(path).map((part) => {
    const glob = globToRegExp(part);
    return (name: string) => glob.test(name);
  });
  return { pattern, names };
}

/**
 * Reads patterns: a path with all that is below it; with `*`, `?` or `[…]` a shell pattern, of the whole path where it holds a
 * slash and of the last name where not; what a word means that a person typed is `patternReadings`'. `aliases` says of plain paths where they lead to in the tree that
 * a person sees: what is there goes as well. Null as {@link patternPath}.
 */
export function pathRemoval(
  patterns: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): PathRemoval | null {
  const whole: NamePattern[] = [];
  /** Those that fit a name in any directory. */
  const anywhere: NamePattern[] = [];
  for (const pattern of patterns) {
    const path = patternPath(pattern);
    if (path === null) return null;
    const plain = plainPath(path) !== null;
    (plain || pattern.includes('/') ? whole : anywhere).push(namePattern(pattern, path));
    const alias = plain && Object.hasOwn(aliases, pattern) ? aliases[pattern] : undefined;
    if (alias !== undefined) whole.push({ pattern, names: namesOf(alias) });
  }
  const used = new Set<string>();
  const root: RemovalStep = { gone: false, ahead: whole.map((pattern) => ({ pattern, next: 0 })) };
  const step = (from: RemovalStep, name: string): RemovalStep => {
    // Below what goes patterns count as well: they fit something.
    let found = from.gone;
    const ahead: RemovalStep['ahead'][number][] = [];
    for (const { pattern, next } of from.ahead) {
      if (pattern.names[next]?.(name) !== true) continue;
      if (next + 1 < pattern.names.length) ahead.push({ pattern, next: next + 1 });
      else {
        used.add(pattern.pattern);
        found = true;
      }
    }
    for (const { pattern, names } of anywhere)
      if (names[0]?.(name) === true) {
        used.add(pattern);
        found = true;
      }
    return found && ahead.length > 0
      ? { gone: true, ahead }
      : found
        ? gone
        : ahead.length === 0
          ? nothing
          : { gone: false, ahead };
  };
  /** By directory: whoever asks for a path asks for its neighbours, too. */
  const known = new Map<string, RemovalStep>([['', root]]);
  const directory = (path: string): RemovalStep => {
    const before = known.get(path);
    if (before) return before;
    const found = path.split('/').reduce(step, root);
    known.set(path, found);
    return found;
  };
  return {
    root,
    step,
    has: (path) => {
      if (path === '') return false;
      const slash = path.lastIndexOf('/');
      return step(directory(path.slice(0, Math.max(0, slash))), path.slice(slash + 1)).gone;
    },
    unused: () => patterns.filter((pattern) => !used.has(pattern)),
  };
}
