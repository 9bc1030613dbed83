import { afterEach, expect, test, vi } from 'vitest';
import { writeMountRecord } from '../../../electron/actions/records/mountRecords';
import { commandNames, loadCommand } from '../../../electron/cli/commands';
import { openSession } from '../../../electron/cli/session';
import { newOwner } from '../../../electron/store/owner';
import { parseImageId } from '../../../shared/image/digest';
import { callCommand } from '../../setup/callCommand';
import { openStore } from '../../setup/temporary';

/** Whatever a command prints, a terminal obeys none of it: one guard where all of them print. */

const hostile = 'a\u001b]0;title\u0007\u009b31m\u202e\rb';

afterEach(() => vi.restoreAllMocks());

function printed(isTerminal: boolean): { out: string; note: string } {
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
  const before = process.stdout.isTTY;
  process.stdout.isTTY = isTerminal;
  const session = openSession({ store: null, json: false, language: 'en' });
  session.out(`${hostile}\tc\n`);
  session.note(hostile);
  process.stdout.isTTY = before;
  vi.restoreAllMocks();
  return { out: said.stdout, note: said.stderr };
}

const escaped = 'a\\u{1b}]0;title\\u{7}\\u{9b}31m\\u{202e}\\u{d}b';

test('a session gives a terminal no character that it obeys, and a program every character', () => {
  expect(printed(true)).toEqual({ out: `${escaped}\tc\n`, note: `${escaped}\n` });
  expect(printed(false)).toEqual({ out: `${hostile}\tc\n`, note: `${escaped}\n` });
});

test('no command writes to the terminal past it but who hands out a file', async () => {
  const past: string[] = [];
  for (const name of commandNames) {
    const command = await loadCommand(name);
    if (/process\.std(?:out|err)\.write/.test(command?.execute.toString() ?? '')) past.push(name);
  }
  // Of names, which are bytes, a shell that asks for completions gets each with a zero behind it.
  expect(past).toEqual(['cat', 'completion']);
});

test.runIf(process.getuid?.() === 0)('umount names a mount as it may be shown', async () => {
  const { directory } = await openStore();
  const record = {
    id: 'mount-0123456789ab',
    kind: 'image',
    image: parseImageId(`sha256:${'a'.repeat(64)}`),
    base: null,
  } as const;
  const more = { since: 1, kept: true, owner: newOwner(), key: 'root' };
  await writeMountRecord(directory, { ...record, ...more, name: hostile, target: `/tmp/${hostile}` });
  const { err } = await callCommand(directory, ['umount', record.id]);
  expect(err).toBe(`${escaped}: /tmp/${escaped} is unmounted.\n`);
});
