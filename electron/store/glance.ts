import { statSync, type Stats } from 'node:fs';

/**
 * What is at a path, links followed, for whoever asks in order to choose a way or to say something sooner: undefined where nothing is, and
 * where the system does not tell (a file with something behind it, a name too long, a folder that is closed to this user). Whatever reads or
 * writes there later says what is wrong.
 */
export function glance(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
