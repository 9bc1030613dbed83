import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { must, run } from '../../setup/run';
import { shellArchive } from '../../setup/shellImage';

/**
 * The namespaces that an ordinary user's mounts live in follow the machine's: what root unmounts is let go of, or its device could not be
 * used as long as anything is mounted, and what root mounts later is there.
 */

const asRoot = process.getuid?.() === 0;
let user: OrdinaryUser;

beforeAll(async () => {
  user = await makeOrdinaryUser();
});
afterAll(() => user.remove());

test.runIf(asRoot)(
  'what root mounts and unmounts later is so for an ordinary user’s mounts, too',
  async () => {
    const disk = join(user.place, 'disk');
    const [old, later] = [join(disk, 'old'), join(disk, 'later')];
    mkdirSync(disk);
    await must('mount', ['-t', 'tmpfs', 'none', disk]);
    try {
      await must('mount', ['--make-shared', disk]);
      for (const path of [old, later]) mkdirSync(path);
      await must('mount', ['-t', 'tmpfs', 'old-disk', old]);
      const archive = join(user.place, 'shell.tar');
      writeFileSync(archive, shellArchive());
      const [program = '', ...first] = [...user.as, ...plainEnv(), user.node, user.cli];
      const store = join(user.folder, 'store');
      const cli = (...words: readonly string[]): Promise<string> =>
        must(program, [...first, '--store', store, ...words], { cwd: '/' });
      await cli('load', '-q', '-i', archive);
      await cli('mount', 'rig/shell:1.0');
      const { stdout } = await run('pgrep', ['-u', user.name, '-f', 'sleep infinity']);
      const holders = stdout.trim().split('\n');
      expect(stdout).not.toBe('');
      const seen = (): string =>
        holders.map((pid) => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')).join('\n');
      expect(seen()).toContain(' old-disk ');
      await must('umount', [old]);
      expect(seen()).not.toContain(' old-disk ');
      await must('mount', ['-t', 'tmpfs', 'later-disk', later]);
      writeFileSync(join(later, 'file'), 'later');
      expect(await cli('run', '-v', `${later}:/mnt:ro`, 'rig/shell:1.0', 'cat', '/mnt/file')).toBe('later');
      await cli('umount', '-a');
    } finally {
      for (const path of [later, disk]) await run('umount', ['-l', path]);
    }
  },
);
