import { describe, expect, test } from 'vitest';
import { findCommand } from '../setup/run';

/**
 * A suite against real commands. Where one of them is not installed (or `obstacle` names another reason) there is a
 * single test in its place, which says what could not be checked and holds only as long as that is so.
 */
export function peerSuite(
  title: string,
  commands: readonly string[],
  body: () => void,
  obstacle: string | null = null,
): void {
  const absent = commands.filter((name) => findCommand(name) === null);
  const reason = absent.length > 0 ? `${absent.join(', ')} not installed` : obstacle;
  if (reason === null) describe(title, body);
  else {
    test(`${title}: cannot be checked here, ${reason}`, () => {
      expect(commands.filter((name) => findCommand(name) === null)).toEqual(absent);
      expect(reason).not.toBe('');
    });
  }
}

/** The file of an installed command; only for use inside of a {@link peerSuite} that asked for it. */
export function commandFile(name: string): string {
  const file = findCommand(name);
  if (file === null) throw new Error(`${name} is not installed`);
  return file;
}
