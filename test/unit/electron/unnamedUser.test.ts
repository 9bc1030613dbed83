import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { run, type RunResult } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';

/** A user of whom the system knows nothing but a number, as in a container with `--user`: every command works, or says why not. */

const uid = 61_234;

describe.runIf(process.getuid?.() === 0)('a user without a name', () => {
  let user: OrdinaryUser;
  let place = '';
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    place = join(user.place, 'own');
    mkdirSync(join(place, 'home'), { recursive: true });
    writeFileSync(join(place, 'image.tar'), dockerArchive([shellImage()]));
    for (const path of [place, join(place, 'home')]) chownSync(path, uid, uid);
    chmodSync(place, 0o755);
  });
  afterAll(() => user.remove());

  const call = (home: string | null, words: readonly string[]): Promise<RunResult> =>
    run('setpriv', [
      ...[`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--', 'env', '-i', '-C', place],
      `PATH=${process.env['PATH'] ?? ''}`,
      ...(home === null ? [] : [`HOME=${home}`]),
      ...[user.node, user.cli, ...words],
    ]);
  const store = (): string[] => ['--store', join(place, 'store')];

  test('reads, mounts and runs with a home of its own', async () => {
    const home = join(place, 'home');
    const tries: (readonly [words: readonly string[], said: RegExp])[] = [
      [['load', '-i', 'image.tar'], /rig\/shell:1\.0/],
      [['images'], /rig\/shell/],
      [['sources'], /./],
      [['mount', 'rig/shell:1.0'], /\/proc\/\d+\/root\//],
      [['mount'], /rig\/shell:1\.0/],
      [['umount', 'rig/shell:1.0'], /rig\/shell:1\.0/],
      [['workspace', 'create', 'rig/shell:1.0', 'w'], /w/],
      [['workspace', 'diff', 'w'], /^/],
      [['workspace', 'rm', 'w'], /w/],
    ];
    for (const [words, said] of tries) {
      const { code, stdout, stderr } = await call(home, [...store(), ...words]);
      expect({ words, code, stderr }).toMatchObject({ code: 0 });
      expect(stdout + stderr).toMatch(said);
    }
  });

  test.each([null, '/nowhere'])('with %s for a home says in a sentence what cannot be', async (home) => {
    for (const words of [
      ['images'],
      ['sources'],
      ['mount', 'rig/shell:1.0'],
      ['run', 'rig/shell:1.0', 'true'],
    ]) {
      const { code, stderr } = await call(home, [...store(), ...words]);
      expect(stderr, words.join(' ')).not.toMatch(/bug|SystemError|at \w+ \(/);
      if (words.length === 1) expect({ words, code, stderr }).toMatchObject({ code: 0 });
    }
    // The store of whom nobody named one has no place.
    const { code, stderr } = await call(home, ['images']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/cannot be used as a store: no folder can be made there: permission is missing/);
    expect(stderr).not.toMatch(/bug|SystemError/);
  });
});
