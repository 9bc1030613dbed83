import { createHmac, randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, resolve, sep } from 'node:path';
import { askInput } from '../../../shared/image/inputFault';
import type { SourceId } from '../../../shared/ipc/source';

/** Makes IDs of paths that nobody can guess a path by: the page knows the IDs. */
const idKey = randomBytes(32);

/** The ID of what lies at a path. */
export const inputId = (path: string): SourceId =>
  `opened-${createHmac('sha256', idKey).update(path).digest('hex').slice(0, 16)}`;

/** Where an input really lies, links followed. Throws `file-not-found`, `file-unreadable`. */
export function realInput(path: string): string {
  return askInput(basename(resolve(path)), () => realpathSync(path));
}

/** An input that has to be told from others. */
export interface NamedInput {
  readonly label: string;
  /** The way by which the person named it. */
  readonly named: string;
  /** Where it lies, links followed. */
  readonly path: string;
}

/**
 * What several inputs are called: their own names, and of those that share one as many of the folders that they lie in as tell them apart.
 * Where the ways by which they were named do not, those that they lead to do.
 */
export function namesApart(inputs: readonly NamedInput[]): readonly string[] {
  const end = (path: string, parts: number): string => {
    const all = path.split(sep);
    return all.slice(-parts).join(sep);
  };
  return inputs.map(({ label, named, path }) => {
    const others = inputs.filter((other) => other.label === label && other.path !== path);
    if (others.length === 0) return label;
    for (const [own, theirs] of [
      [named, others.map((other) => other.named)],
      [path, others.map((other) => other.path)],
    ] as const) {
      for (let parts = 2; parts <= own.split(sep).length; parts++)
        if (!theirs.some((other) => end(other, parts) === end(own, parts))) return end(own, parts);
    }
    return path;
  });
}
