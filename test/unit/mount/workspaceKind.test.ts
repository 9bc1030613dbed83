import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRuntime } from '../../../electron/run/findRuntime';
import { run, type RunResult } from '../../setup/run';
import { shellArchive } from '../../setup/shellImage';
import { load, openStore, temporaryFolder } from '../../setup/temporary';

/** A workspace is worked on in the way in which it was made, and nobody has to remember how that was. */

const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const isRoot = process.getuid?.() === 0;
const hasRuntime = (await findRuntime()) !== null;

async function opened(): Promise<(mode: string | undefined, ...words: string[]) => Promise<RunResult>> {
  const store = await openStore();
  await load(store, shellArchive('shell:1'));
  await store.close();
  return (mode, ...words) =>
    run(process.execPath, [program, '--store', store.directory, ...words], {
      env: { STRATIGRAPH_OVERLAY: mode, LC_ALL: 'C.UTF-8' },
    });
}

test.runIf(isRoot && hasRuntime)(
  'every command takes the kind of the workspace; what is asked for counts before',
  async () => {
    const call = await opened();
    const ok = async (...words: string[]): Promise<RunResult> => {
      const result = await call(undefined, ...words);
      expect(result.code, `${words.join(' ')}: ${result.stderr}`).toBe(0);
      return result;
    };
    expect((await call('single', 'workspace', 'create', 'shell:1', 'fix')).code).toBe(0);
    await ok('run', 'fix', 'sh', '-c', 'echo one >/srv/app.conf; mkdir /srv/new; echo two >/srv/new/two');
    const { stdout, stderr } = await ok('workspace', 'diff', 'fix');
    expect(stdout).toBe('C /srv\nC /srv/app.conf\nA /srv/new\nA /srv/new/two\n');
    const counted = /^(\d+ changes?),/m;
    const [, changes] = counted.exec(stderr) ?? [];
    const folder = await temporaryFolder();
    await ok('cp', 'fix:/srv/new', folder);
    await ok('export', '-o', join(folder, 'fix.tar'), 'fix');
    await ok('workspace', 'path', 'fix');
    await ok('workspace', 'umount', 'fix');
    // diff and commit count alike.
    expect(counted.exec((await ok('commit', 'fix', 'fixed:1')).stderr)?.[1]).toBe(changes);
    await ok('workspace', 'rename', 'fix', 'other');
    const asked = await call('root', 'workspace', 'diff', 'other');
    expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining('other rights')]);
    await ok('workspace', 'rm', 'other');
    // The other way round: made as root, which is what is taken here anyway.
    await ok('workspace', 'create', 'shell:1', 'own');
    await ok('workspace', 'diff', 'own');
  },
  120_000,
);
