import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerArchive, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { seeded, seedOf } from '../../setup/randomLayers';
import { must, run } from '../../setup/run';

/**
 * SIGKILL at random moments of a random sequence of commands on one store, as root and as an ordinary user.
 * `STRATIGRAPH_KILLS` says how often (200, say), `STRATIGRAPH_SEED` which sequence.
 */
const kills = Number(process.env['STRATIGRAPH_KILLS'] ?? '6');
const seed = seedOf();
/** Commands that are waited for before a kill, at most, and how long into the next one it falls, milliseconds. */
const most = { steps: 5, into: 250 } as const;

const tree = [
  { path: 'tree', type: 'directory' as const, mode: 0o755 },
  ...Array.from({ length: 40 }, (_, i) => ({ path: `tree/${i}`, content: noise(20_000, i) })),
];
const image = (name: string, own: number): ImageSpec => ({
  names: [name],
  layers: [{ files: tree }, { gzip: own % 2 === 0, files: [{ path: 'own', content: noise(120_000, own) }] }],
});

let user: OrdinaryUser;
const archives: string[] = [];

beforeAll(async () => {
  user = await makeOrdinaryUser();
  const all = [
    dockerArchive([image('kept:1', 2)]),
    dockerArchive([image('pass:1', 3), image('pass:2', 4)]),
    ociArchive([image('pass:3', 5), image('pass:1', 6)]),
  ];
  for (const bytes of all) {
    archives.push(join(user.place, `${archives.length}.tar`));
    writeFileSync(archives.at(-1) ?? '', bytes);
  }
});

afterAll(async () => {
  // What a failed test has left mounted.
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n'))
    if (line.includes(user.place)) await run('umount', ['-l', line.split(' ')[1] ?? '']);
  await user.remove();
});

/** A person's own files beside the targets, which no command was told of. */
const theirs: Readonly<Record<string, string>> = {
  'theirs.txt': 'a letter\n',
  '.theirs': 'hidden\n',
  'theirs/deep/file': 'a file in folders\n',
};
const old = 'what stood there before\n';

/** Every target is what it was, or all that a command writes. */
async function expectWholeTargets(out: string, label: string): Promise<void> {
  for (const [path, text] of Object.entries(theirs))
    expect(readFileSync(join(out, path), 'utf8'), `${label}: ${path}`).toBe(text);
  for (const name of readdirSync(out)) {
    const path = join(out, name);
    const kind = /^(target|copied|view|copy|layout)-/.exec(name)?.[1];
    if (kind === undefined) continue;
    if (lstatSync(path).isFile() && readFileSync(path).equals(Buffer.from(old))) continue;
    const said = `${label}: ${name}`;
    if (kind === 'target') {
      const { code, stderr } = await run('tar', ['-tf', path]);
      expect({ code, stderr }, said).toEqual({ code: 0, stderr: '' });
    } else if (kind === 'view')
      expect(readFileSync(path, 'utf8') === 'view\n'.repeat(50_000), said).toBe(true);
    else if (kind === 'copied') expect(readFileSync(path).equals(noise(20_000, 0)), said).toBe(true);
    else if (kind === 'copy') expect(readdirSync(path), said).toHaveLength(40);
    else expect(existsSync(join(path, 'index.json')), said).toBe(true);
    if (kind === 'layout' || kind === 'copy') rmSync(path, { recursive: true });
  }
}

const everybody = process.getuid?.() === 0 ? (['root', 'user'] as const) : (['user'] as const);
test.each(everybody)(
  `${kills} kills, as %s, seed ${seed}: nothing is lost, nobody’s file is touched, nothing is left`,
  async (who) => {
    const random = seeded(seed);
    const home = join(who === 'root' ? user.place : user.folder, 'own');
    const [store, out, tmp] = [join(home, 'store'), join(home, 'out'), join(home, 'tmp')];
    const as = [...(who === 'user' ? user.as : []), ...plainEnv()];
    const words = (mode: string, round: number): readonly string[] => [
      ...as,
      user.node,
      user.steps,
      mode,
      store,
      out,
      String(seed + round),
      ...archives,
    ];
    for (const folder of [tmp, out, join(out, 'theirs', 'deep')]) mkdirSync(folder, { recursive: true });
    for (const [path, text] of Object.entries(theirs)) writeFileSync(join(out, path), text);
    if (who === 'user' && user.name !== '') await must('chown', ['-R', `${user.name}:${user.name}`, home]);
    const [program = '', ...rest] = [...as, user.node, user.cli, '--store', store, 'load', '-q', '-i'];
    await must(program, [...rest, archives[0] ?? ''], { cwd: '/' });

    const look = async (mode: 'look' | 'end', label: string): Promise<void> => {
      const [first = '', ...more] = words(mode, 0);
      expect(JSON.parse(await must(first, more, { cwd: '/' })), label).toEqual([]);
    };
    for (let round = 0; round < kills; round++) {
      for (const name of ['target-0.tar', 'copied-0', 'view-0'])
        if ((seed + round) % 3 === 0 && existsSync(join(out, name))) writeFileSync(join(out, name), old);
      const [first = '', ...more] = words('work', round);
      const child = spawn(first, more, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
      let [said, done] = ['', ''];
      child.stderr.on('data', (text: Buffer) => (said += text.toString()));
      child.stdout.on('data', (text: Buffer) => (done += text.toString()));
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      const wanted = 1 + random(most.steps);
      while (child.exitCode === null && done.split('\n').length <= wanted) await delay(2);
      const into = random(most.into);
      await delay(into);
      child.kill('SIGKILL');
      const [, signal] = await ended;
      const label = `round ${round}, killed ${into} ms after ${done.trim().split('\n').join(', ')}`;
      expect(signal, `${label}: ${said}`).toBe('SIGKILL');
      await look('look', label);
      await expectWholeTargets(out, label);
    }
    await look('end', 'in the end');
    expect(readdirSync(tmp)).toEqual([]);
  },
  kills * 20_000 + 60_000,
);
