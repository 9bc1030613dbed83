import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { run, type RunResult } from '../../setup/run';
import { shellArchive } from '../../setup/shellImage';

/** What a container of an ordinary user leaves in a workspace: very deep trees, and names that layers read as marks. */

let user: OrdinaryUser;
let cli: (...words: readonly string[]) => Promise<RunResult>;

beforeAll(async () => {
  user = await makeOrdinaryUser();
  const archive = join(user.place, 'shell.tar');
  writeFileSync(archive, shellArchive());
  const [program = '', ...first] = [...user.as, ...plainEnv(), user.node, user.cli];
  cli = (...words) => run(program, [...first, '--store', join(user.folder, 'store'), ...words], { cwd: '/' });
  expect((await cli('load', '-q', '-i', archive)).code).toBe(0);
});

afterAll(() => user.remove());

/** Three chains of a thousand directories, one below the other: no path is that long. */
const deep = `d=d; i=1; while [ $i -lt 1000 ]; do d=$d/d; i=$((i+1)); done
cd /tmp; for n in a b c; do mkdir -p $n/$d; done
busybox mv b/d c/$d/ && busybox mv c/d a/$d/ && echo made`;

test('a tree 3,000 deep is refused in a sentence, and goes with its workspace or run', async () => {
  expect((await cli('run', 'rig/shell:1.0', 'sh', '-c', deep)).stdout).toBe('made\n');
  expect((await cli('workspace', 'create', 'rig/shell:1.0', 'own')).code).toBe(0);
  expect((await cli('run', 'own', 'sh', '-c', deep)).stdout).toBe('made\n');
  for (const words of [
    ['workspace', 'diff', 'own'],
    ['commit', 'own', 'rig/own:1'],
  ]) {
    const { code, stderr } = await cli(...words);
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/2.?048/);
  }
  expect(await cli('workspace', 'rm', 'own')).toMatchObject({ code: 0 });
  expect((await cli('gc')).code).toBe(0);
  expect(await run('ls', ['-A', join(user.folder, 'store', 'run')])).toMatchObject({ stdout: '' });
}, 60_000);

test('names that mean something to layers are refused by name, and the rest is committed without them', async () => {
  expect((await cli('workspace', 'create', 'rig/shell:1.0', 'marks')).code).toBe(0);
  const make = 'cd /srv; for n in .wh.old.log .wh..wh..opq .wh.; do echo x > $n; done; echo x > new';
  expect((await cli('run', 'marks', 'sh', '-c', make)).code).toBe(0);
  const { code, stderr } = await cli('commit', 'marks', 'rig/marks:1');
  expect(code, stderr).toBe(1);
  expect(stderr).toContain('.wh.');
  expect((await cli('run', 'marks', 'sh', '-c', 'cd /srv; rm .wh.old.log .wh..wh..opq .wh.')).code).toBe(0);
  expect((await cli('commit', 'marks', 'rig/marks:1')).code).toBe(0);
  expect((await cli('run', 'rig/marks:1', 'ls', '-A', '/srv')).stdout).toBe(
    'app.conf\nbig.bin\nnew\nold.log\n',
  );
}, 60_000);

test('a helper seals with the key of who started it', async () => {
  // Who owns the way to this home has no number in the user's namespace, where the helper is: it finds no key there.
  expect((await cli('workspace', 'create', 'rig/shell:1.0', 'sealed')).code).toBe(0);
  expect((await cli('run', 'sealed', 'sh', '-c', 'echo new > /srv/sealed')).code).toBe(0);
  const out = join(user.folder, 'sealed.tar');
  const { code, stderr } = await cli('export', 'sealed', '-o', out);
  expect(code, stderr).toBe(0);
  expect((await run('tar', ['-xOf', out, 'srv/sealed'])).stdout).toBe('new\n');
}, 60_000);

test('what a person has in the environment for other programs keeps nobody from mounting', async () => {
  const odd = plainEnv({ POSIXLY_CORRECT: '1' });
  const [program = '', ...words] = [...user.as, ...odd, user.node, user.cli, '--store'];
  const ran = await run(
    program,
    [...words, join(user.folder, 'store'), 'run', 'rig/shell:1.0', 'echo', 'ran'],
    { cwd: '/' },
  );
  expect(ran).toMatchObject({ code: 0, stdout: 'ran\n' });
}, 60_000);
