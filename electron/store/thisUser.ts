import { homedir, userInfo } from 'node:os';

/**
 * Who this process runs as. The system need not know more of a user than a number: in a container with `--user`, after
 * setpriv(1), where the directory of users does not answer. Node throws then; here the rest is missing.
 */

/** The user's number; 0 where the system has none. */
export const userNumber = (): number => process.getuid?.() ?? 0;

function facts(): {
  readonly username: string;
  readonly shell: string | null;
  readonly homedir: string;
} | null {
  try {
    return userInfo();
  } catch {
    return null;
  }
}

/** The user's name; null for one that the system does not know. */
export const userName = (): string | null => facts()?.username ?? null;

/** The user's own shell; null for one that the system does not know, or that has none. */
export const userShell = (): string | null => {
  const shell = facts()?.shell ?? '';
  return shell === '' ? null : shell;
};

/** The home that the system knows of the user; null for none. */
export const recordedHome = (): string | null => facts()?.homedir ?? null;

/** The home of the user (`$HOME`, else what the system says); `/` for one that has none, as login(1) and containers have it. */
export function userHome(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}
