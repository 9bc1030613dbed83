import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canLimitByUser } from '../../../electron/run/processLimit';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, must } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import type { RunEnd, RunWish } from '../../setup/userStory';

/** An exit code is the command's where the command began, and else never taken for that. */

const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const asRoot = process.getuid?.() === 0;
const image = 'rig/shell:1.0';

/** Programs that the system refuses to execute, which runtimes hear of when all else is done. */
const refused = ['/bin/junk', '/bin/no-interpreter', '/bin/of-junk'];
const missing = ['/bin/none', 'none'];
const codes = [1, 2, 32, 125, 126, 127, 134, 137];

const wish = (...command: readonly string[]): RunWish => ({ image, command });
const exits = codes.map((code) => wish('/bin/sh', '-c', `exit ${code}`));

let user: OrdinaryUser;
let folder: string;
let archive: string;
beforeAll(async () => {
  user = await makeOrdinaryUser();
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-start-'));
  await chmod(folder, 0o755);
  archive = join(folder, 'shell.tar');
  const shell = shellImage();
  const files = Object.entries({
    junk: '\x7fELF',
    'no-interpreter': '#!/none\n',
    'of-junk': '#!/bin/junk\n',
  });
  const more = files.map(([name, content]) => ({ path: `bin/${name}`, content, mode: 0o755 }));
  await writeFile(archive, dockerArchive([{ ...shell, layers: [...shell.layers, { files: more }] }]));
});
afterAll(async () => {
  await user.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  readonly ends: readonly RunEnd[];
}

let stores = 0;

/** Runs as root in a mount namespace of its own, or as the ordinary user. */
async function runAll(who: string, runtime: string, runs: readonly RunWish[]): Promise<readonly RunEnd[]> {
  const name = `store-${stores++}`;
  if (who !== 'root') {
    const env = { STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_OVERLAY: who };
    return (await user.story<Told>('runs', { store: join(user.folder, name), archive, runs }, env)).ends;
  }
  const story = [...plainEnv({ STRATIGRAPH_RUNTIME: runtime }), user.node, user.script, 'runs'];
  const input = JSON.stringify({ store: join(folder, name), archive, runs });
  const words = ['--mount', '--propagation', 'private', '--', ...story];
  return (JSON.parse(await must('unshare', words, { input, cwd: '/' })) as Told).ends;
}

/** A runtime of this name that does `does` instead of running a container, with the real one's words, of which the last names it. */
async function standIn(real: string, does: string): Promise<string> {
  const path = join(folder, `in-place-${stores++}-${basename(real)}`);
  const config =
    'for word; do case $was in --bundle) bundle=$word ;; --log) log=${word#file:} ;; esac; was=$word; done';
  const script = `#!/bin/sh\ncase " $* " in *' run --bundle '*)\n${config}\n${does}\n;; esac\nexec ${real} "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

const people = [...(asRoot ? ['root'] : []), ...(canLimitByUser('mapped') || asRoot ? ['mapped'] : [])];
const pairs = runtimes.flatMap((runtime) => people.map((who) => [runtime, who] as const));

describe.each(pairs)('by %s, as %s,', (runtime, who) => {
  test('codes of commands are theirs, and of what never began there are 126 and 127', async () => {
    const other = [...refused, ...missing].map((name) => wish(name));
    const ends = await runAll(who, runtime, [...exits, ...other, ...exits]);
    const expected = [...codes, ...refused.map(() => 126), ...missing.map(() => 127), ...codes];
    expect(ends.map(({ problem, code }) => problem ?? code)).toEqual(expected);
  });

  test('a runtime that ends without having run anything, and without a word, is said to have failed', async () => {
    const does = `exit "$(grep -o '"exit [0-9]*"' "$bundle/config.json" | grep -o '[0-9]*')"`;
    const ends = await runAll(who, await standIn(runtime, does), exits);
    expect(ends.map(({ problem }) => problem)).toEqual(codes.map(() => 'runtime-failed'));
  });

  test('what a runtime says while a command runs does not take its code', async () => {
    const does = `(sleep 0.2; echo 'level=error msg="no space left on device"' >> "$log") & `;
    const ends = await runAll(who, await standIn(runtime, does), [wish('/bin/sh', '-c', 'sleep 1; exit 7')]);
    expect(ends.map(({ problem, code }) => problem ?? code)).toEqual([7]);
  });
});

const runc = runtimes.find((path) => path.endsWith('runc'));

describe.runIf(runc !== undefined && people.includes('mapped'))(
  'a process of runc that dies before it is the command',
  () => {
    test.each([
      [5, 'run-limit-low'],
      [2048, 'runtime-failed'],
    ])('is by a limit of %i processes %s', async (processes, expected) => {
      // As it does where it may have no more threads: whether it does then is a matter of luck.
      const kill = join(folder, 'kill');
      await writeFile(kill, 'state=$(cat); pid=${state#*\\"pid\\":}; kill -9 "${pid%%[!0-9]*}"\n');
      const hook = JSON.stringify({ path: '/bin/sh', args: ['sh', kill] });
      const edit = `s|,"poststart":\\[\\]||; s|"createRuntime":|"poststart":[${hook}],&|`;
      const does = `sed -i '${edit}' "$bundle/config.json"`;
      const runs = [{ ...wish('/bin/sh', '-c', 'echo began'), processes }];
      const [end] = await runAll('mapped', await standIn(runc ?? '', does), runs);

      expect([end?.problem, end?.out]).toEqual([expected, '']);
    });
  },
);
