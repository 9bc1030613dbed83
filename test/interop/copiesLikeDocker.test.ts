import { chmodSync, existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCommand } from '../setup/callCommand';
import { dockerEngineObstacle } from '../setup/dockerEngine';
import type { TarMember } from '../setup/imageBuilder';
import { seeded, type Random } from '../setup/randomLayers';
import { factsOfDirectory, differences } from '../setup/treeFacts';
import { openBesideDocker, type BesideDocker } from './besideDocker';
import { peerSuite } from './peers';

/** Copies out of a random tree, by our `cp` and by a real `docker cp`. */

const image = 'rig/random:1';
const names = ['a', 'b', 'c', 'd e', 'é'];

/** A tree of folders, files, links that lead anywhere, and hard links; every folder is listed. */
function randomTree(random: Random): readonly TarMember[] {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const members = new Map<string, TarMember>();
  const folders = [''];
  const files: string[] = [];
  const word = (): string => pick([...names, ...names, '..', '.']);
  const target = (): string =>
    `${pick(['', '', '/', '../'])}${Array.from({ length: 1 + random(3) }, word).join('/')}`;
  for (let i = 0; i < 60; i++) {
    const parent = pick(folders);
    const path = `${parent}${pick(names)}`;
    if (members.has(path)) continue;
    const mtime = 1_000_000_000 + random(10_000_000);
    const kind = random(10);
    if (kind < 4) {
      members.set(path, { path, type: 'directory', mode: pick([0o755, 0o700, 0o1777]), mtime });
      folders.push(`${path}/`);
    } else if (kind < 7) {
      const content = 'x'.repeat(random(5000));
      members.set(path, { path, content, mode: pick([0o644, 0o600, 0o755, 0o4755, 0o444]), mtime });
      files.push(path);
    } else if (kind < 9 || files.length === 0)
      members.set(path, { path, type: 'symlink', linkTarget: target(), mode: 0o777, mtime });
    else {
      const linkTarget = pick(files);
      members.set(path, { ...members.get(linkTarget), content: '', path, type: 'hardlink', linkTarget });
    }
  }
  return [...members.values()];
}

/**
 * What docker refuses and we do: a folder with a link that leads above where it comes to lie, which is a link and nothing more; a link
 * that leads through a file, or round in a circle; a folder that is named by a link with a slash behind it; no path at all.
 */
const quirks = [
  /^invalid symlink /m,
  /: not a directory$/m,
  /too many links/,
  /cannot overwrite non-directory .*todir" with directory/,
  /pathcannot be empty/,
];

/** What is there before a copy. */
function makeTarget(folder: string): void {
  mkdirSync(join(folder, 'dir', 'a', 'b'), { recursive: true });
  mkdirSync(join(folder, 'dir', 'c'));
  writeFileSync(join(folder, 'dir', 'b'), 'old');
  writeFileSync(join(folder, 'file'), 'old');
  chmodSync(join(folder, 'file'), 0o640);
  symlinkSync('dir', join(folder, 'todir'));
  symlinkSync('file', join(folder, 'tofile'));
  symlinkSync('none', join(folder, 'tonone'));
  for (const path of ['dir/a/b', 'dir/a', 'dir/c', 'dir/b', 'dir', 'file'])
    utimesSync(join(folder, path), 1_500_000_000, 1_500_000_000);
}

/** What a copy left, without special bits, which are not copied unless `-a` is given, and without what an engine puts into any container. */
function factsOf(folder: string): ReadonlyMap<string, string> {
  const facts = factsOfDirectory(folder, /(?:^|\/)(?:\.dockerenv|dev|etc|proc|sys)(?:\/|$)/);
  const bare = (path: string, text: string): string =>
    // Folders that were there before keep their mode here.
    /^dir(?:\/a|\/a\/b|\/c)?$/.test(path)
      ? (text.split(' ')[0] ?? '')
      : text.replace(/^(\w+) \d?(\d{3}) /, '$1 $2 ');
  return new Map([...facts].map(([path, text]) => [path, bare(path, text)]));
}

peerSuite(
  'copies by our cp and by docker cp',
  ['docker'],
  () => {
    let beside: BesideDocker;
    let members: readonly TarMember[];
    let container: string;
    const random = seeded(2019);

    beforeAll(async () => {
      members = randomTree(random);
      beside = await openBesideDocker([{ names: [image], layers: [{ files: members }] }]);
      container = (await beside.engine.docker(['create', image, 'none'])).trim();
    });
    afterAll(async () => {
      await (beside as BesideDocker | undefined)?.close();
    });

    test('end the same way and leave the same', async () => {
      const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
      const told: string[] = [];
      let done = 0;
      for (let i = 0; i < 110; i++) {
        const from = `${pick(['/', '/', '', '/./', '/b/../'])}${pick([
          () => pick(members).path,
          () => pick(members).path,
          () => `${pick(members).path}/${pick(names)}`,
          () => '',
        ])()}${pick(['', '', '', '/', '/.', '/..'])}`;
        const to = pick([
          'dir',
          'dir/',
          'dir/.',
          'dir/new',
          'dir/a',
          'dir/b',
          'file',
          'file/',
          'new',
          'new/',
          'new/x',
          'todir',
          'todir/',
          'tofile',
          'tonone',
          '.',
          '',
        ]);
        const options = random(4) === 0 ? ['-L'] : [];
        const [here, there] = ['here', 'there'].map((name) => beside.bench.path(`${name}-${i}`)) as [
          string,
          string,
        ];
        for (const folder of [here, there]) {
          mkdirSync(folder);
          makeTarget(folder);
        }
        const ours = await callCommand(beside.store.context.store.directory, [
          'cp',
          ...options,
          `${image}:${from}`,
          `${here}/${to}`,
        ]);
        const theirs = await beside.engine.tryDocker([
          'cp',
          ...options,
          `${container}:${from}`,
          `${there}/${to}`,
        ]);
        const words = `${options.join(' ')} ${from} ${to}`;
        if ((ours.code === 0) !== (theirs.code === 0)) {
          if (ours.code === 0 && quirks.some((quirk) => quirk.test(theirs.stderr))) continue;
          told.push(`${words}: ${theirs.stderr.trim() || 'done'} there, ${ours.err.trim() || 'done'} here`);
          continue;
        }
        if (ours.code !== 0) continue;
        done++;
        const differ = differences(factsOf(here), factsOf(there));
        if (differ.length > 0) told.push(`${words}: ${differ.join('; ')}`);
      }
      expect(existsSync(beside.bench.path('here-0'))).toBe(true);
      expect(told).toEqual([]);
      expect(done).toBeGreaterThan(40);
    });
  },
  dockerEngineObstacle(),
);
