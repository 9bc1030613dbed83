import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { countWorkspace, type Counts } from '../../setup/countWorkspace';
import { dockerArchive, type ImageSpec, type TarMember } from '../../setup/imageBuilder';
import { makeOrdinaryUser } from '../../setup/ordinaryUser';
import { quietRun, storeOf } from '../../setup/temporary';

/**
 * Whatever is changed in a workspace: the list of changes, the commit, the layer that it makes as GNU tar lists it, and the
 * comparison of both images name the same paths. Shown and made are compared as `find` sees them.
 */

const folder = (path: string, mode = 0o755): TarMember => ({ path, type: 'directory', mode });
const house: ImageSpec = {
  names: ['rig/house:1'],
  layers: [
    {
      files: [
        folder('a'),
        { path: 'a/a', content: 'aa' },
        folder('a/b', 0o750),
        { path: 'a/b/a', content: 'aba' },
        folder('a/b/c'),
        { path: 'a/b/c/a', content: 'abca' },
        { path: 'a/c', type: 'symlink', linkTarget: 'a', mode: 0o777 },
        { path: 'b', content: 'b'.repeat(5000) },
        folder('c', 0o1777),
        { path: 'c/a', content: 'ca', mode: 0o4755 },
        { path: 'c/b', type: 'hardlink', linkTarget: 'c/a' },
      ],
    },
    { files: [folder('c', 0o1777), { path: 'c/c', content: 'cc' }, { path: 'c/d', type: 'fifo' }] },
  ],
};

/** What is done to a path `$P` (nobody reads from a pipe, and a copy onto one would wait for that), and another one, `$Q`; as root also what a user namespace may not do. */
const ways = [
  '[ ! -p $P ] && echo more >> $P',
  '[ ! -p $P ] && echo new > $P',
  '[ ! -p $P ] && echo $N > $P',
  '[ ! -p $P ] && : >> $P',
  'rm -r $P',
  'mkdir $P',
  'mkdir -p $P',
  'ln -s $Q $P',
  'ln $P $Q',
  'mkfifo $P',
  'mv -T $P $Q',
  'cp -a --remove-destination $P $Q',
  'cp -aT $P $P.x && rm -r $P && mv -T $P.x $P',
  'rm -r $P && mkdir $P',
  'rm -r $P && echo file > $P',
  'rm -r $P && ln -s nowhere $P',
  'rm -r $P/* && mkdir $P/n',
  'chmod 70$N $P',
  'm=$(stat -c %a $P) && chmod 0 $P && chmod $m $P',
  'touch -d @1$N.5 $P',
  'touch $P/tmp && rm $P/tmp',
  'chown 0:$N $P',
];
const ofRoot = [
  'mknod $P c 1 $N',
  'mknod $P b 7 $N',
  'chown -h $N:7 $P',
  'python3 -c \'import os, sys; os.setxattr(sys.argv[1], "user.note", sys.argv[2].encode())\' $P $N',
];
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));
const lineOf = (all: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({ way: fc.constantFrom(...all), p: path, q: path, n: fc.integer({ min: 0, max: 7 }) })
    .map(({ way, p, q, n }) => way.replaceAll('$P', p).replaceAll('$Q', q).replaceAll('$N', String(n)));
const historyOf = (all: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(lineOf(all), { minLength: 1, maxLength: 12 });

const parentOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');
const isFolder = (facts: string | undefined): boolean => facts?.startsWith('d ') === true;
const sorted = (all: Iterable<string>): string[] => [...new Set(all)].sort();

/** What the layer's members change in the image, a line each; what is in it and is no change beside it. */
function changesOfLayer({ members, links, before, shown }: Counts): { real: string[]; idle: string[] } {
  const real: string[] = [];
  const idle: string[] = [];
  const names = new Set<string>();
  const hiding = new Set<string>();
  for (const member of members ?? []) {
    const name = member.replace(/^\.?\/|\/$/g, '');
    const [own = '', above] = [name.slice(name.lastIndexOf('/') + 1), parentOf(name)];
    if (own === '.wh..wh..opq') hiding.add(above);
    else if (own.startsWith('.wh.')) real.push(`removed ${above === '' ? '' : `${above}/`}${own.slice(4)}`);
    else names.add(name);
  }
  const linked = new Set(links.flat());
  for (const name of names) {
    const [was, is] = [before[name], shown[name]];
    if (name === '') real.push('changed ');
    else if (was === undefined) real.push(`added ${name}`);
    else if (isFolder(was) && isFolder(is)) {
      // A folder that stands in an opaque one is opaque, too.
      if (hiding.has(parentOf(name))) hiding.add(name);
      const ownFacts = (text: string): string => text.replace(/ [-\d.]+ $/, '');
      (ownFacts(was) === ownFacts(is ?? '') ? idle : real).push(`changed ${name}`);
    } else if (was !== is || !isFolder(was)) {
      const same = was === is;
      // Another name of what has changed comes with it.
      (same && linked.has(name) ? idle : real).push(`changed ${name}`);
    }
  }
  for (const each of Object.keys(before)) {
    const above = parentOf(each);
    if (hiding.has(above) && !names.has(each)) real.push(`removed ${each}`);
  }
  return { real: sorted(real), idle };
}

/** Paths below which everything is gone with them are one deletion in a list, and each one in a comparison. */
function topmost(removed: readonly string[], shown: Counts['shown']): string[] {
  return removed.filter((line) => {
    const above = parentOf(line.slice('removed '.length));
    return above === '' || isFolder(shown[above]);
  });
}

function expectAlike(counts: Counts): void {
  const { listed, changes, stay, members, compared, timesOnly, left, shown, made } = counts;
  const real = listed.filter((line) => !line.includes('(parent)'));
  const plain = real.map((line) => line.replace(/ : .*$/, ''));
  expect([changes, stay]).toEqual([real.length, 0]);
  expect(members === null).toBe(real.length === 0);
  const layer = changesOfLayer(counts);
  // Of attributes `find` says nothing.
  const ofAttributes = listed.flatMap((line) =>
    / : xattrs(?: times)?$/.test(line) ? [line.replace(/ : .*$/, '')] : [],
  );
  const known = layer.real.concat(layer.idle.filter((line) => ofAttributes.includes(line)));
  expect(sorted(known)).toEqual(sorted(plain));
  // A comparison counts times apart, and takes no attributes.
  const seen = real
    .filter((line) => !/ : (?:xattrs ?)?(?:times)?$/.test(line))
    .map((line) => line.replace(/ : .*$/, ''));
  const lines = compared.map((line) => line.replace(/ : .*$/, ''));
  const removed = lines.filter((line) => line.startsWith('removed '));
  const others = lines.filter((line) => !line.startsWith('removed '));
  expect(sorted([...others, ...topmost(removed, shown)])).toEqual(sorted(seen));
  expect(timesOnly).toBe(
    members === null ? 0 : listed.filter((line) => / : (?:xattrs )?times$/.test(line)).length,
  );
  expect(left.filter((line) => !line.includes('(parent)'))).toEqual([]);
  if (members !== null) expect(made).toEqual(shown);
}

/** Histories that went wrong once. */
const examples: [string[]][] = [
  [[': >> a/a', 'echo new > n']],
  [['ln a/a a/d', ': >> b']],
  [['cp -aT a a.x && rm -r a && mv -T a.x a', 'echo new > a/n', 'rm a/a']],
  [['touch -d @15.5 a', ': >> a/a']],
];

describe.runIf(process.getuid?.() === 0)('changes are counted alike', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test.each(['files', 'erofs'])('as root, over layers as %s', { timeout: 240_000 }, async (form) => {
    vi.stubEnv('STRATIGRAPH_LAYERS', form);
    const store = await storeOf(dockerArchive([house]));
    await fc.assert(
      fc.asyncProperty(historyOf([...ways, ...ofRoot]), async (lines) => {
        expectAlike(await countWorkspace(store, { image: 'rig/house:1', lines }, quietRun()));
      }),
      { numRuns: 12, examples },
    );
  });

  test.each(['mapped', 'single'])('as an ordinary user with %s IDs', { timeout: 240_000 }, async (mode) => {
    const user = await makeOrdinaryUser();
    try {
      const archive = join(user.place, 'house.tar');
      await writeFile(archive, dockerArchive([house]));
      const histories = [...examples.flat(), ...fc.sample(historyOf(ways), 8)];
      const input = { store: join(user.folder, 'store'), archive, image: 'rig/house:1', histories };
      const told = await user.story<{ mode: string; all: Counts[] }>('count', input, {
        STRATIGRAPH_OVERLAY: mode,
      });
      expect(told.mode).toBe(mode);
      for (const [i, counts] of told.all.entries())
        try {
          expectAlike(counts);
        } catch (thrown) {
          throw new Error(`after ${JSON.stringify(histories[i])}`, { cause: thrown });
        }
    } finally {
      await user.remove();
    }
  });
});
