import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changedImage } from '../../setup/everyChange';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { factsOfTar } from '../../setup/treeFacts';

/** A commit by an ordinary user has the owners that the image recorded, whatever they are on disk. */

// The lowest layer alone: a directory that a later layer only implies belongs to root there, as in Docker.
const image = { ...changedImage, layers: changedImage.layers.slice(0, 1) };

const script = `cd "$TREE"
echo new > etc/cover
rm etc/gone
rm -r opaque && mkdir opaque && echo n > opaque/new
ln link1 link3
chmod 700 dir
echo more >> dir/a
mkfifo pipe`;

interface Told {
  readonly mode: string;
  readonly changes: readonly string[];
  readonly left: number;
}

let user: OrdinaryUser;
let folder: string;
beforeAll(async () => {
  user = await makeOrdinaryUser();
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-rootless-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'image.tar'), dockerArchive([image]));
});
afterAll(async () => {
  await user.remove();
  await rm(folder, { recursive: true, force: true });
});

test.each(['mapped', 'single'])('with %s IDs', async (mode) => {
  const target = join(user.folder, `${mode}.tar`);
  const told = await user.story<Told>(
    'commit',
    {
      store: join(user.folder, `store-${mode}`),
      archive: join(folder, 'image.tar'),
      image: 'rig/changes:1',
      script,
      target,
    },
    { STRATIGRAPH_OVERLAY: mode },
  );
  expect(told.mode).toBe(mode);
  expect(told.left).toBe(0);
  expect(told.changes).toEqual([
    'changed dir',
    'changed dir/a',
    'changed etc',
    'changed etc/cover',
    'removed etc/gone',
    'added link3',
    'changed opaque',
    'added opaque/new',
    'removed opaque/old1',
    'removed opaque/sub',
    'added pipe',
  ]);
  const facts = await factsOfTar(target);
  // What was copied up belongs to whom it belonged before; what is new belongs to root.
  expect(facts.get('dir')).toMatch(/^directory 700 10:20 /);
  expect(facts.get('etc/cover')).toMatch(/^file 644 0:0 4 /);
  expect(facts.get('opaque/new')).toMatch(/^file 644 0:0 2 /);
  expect(facts.get('pipe')).toMatch(/^fifo \d+ 0:0/);
  expect(facts.has('etc/gone')).toBe(false);
  expect(facts.has('opaque/old1')).toBe(false);
  expect(facts.get('link3')).toMatch(/= link1 link3$/);
});

test.each(['mapped', 'single'])('ticked changes alone, with %s IDs', async (mode) => {
  const target = join(user.folder, `${mode}-ticked.tar`);
  const told = await user.story<Told>(
    'commit',
    {
      store: join(user.folder, `ticked-${mode}`),
      archive: join(folder, 'image.tar'),
      image: 'rig/changes:1',
      script,
      target,
      paths: ['dir/a', 'opaque/new', 'opaque/sub', 'link3'],
    },
    { STRATIGRAPH_OVERLAY: mode },
  );
  expect(told.mode).toBe(mode);
  // Those that stay, and the directories that they lie in.
  expect(told.left).toBe(7);
  const facts = await factsOfTar(target);
  // The directory was not ticked, only what is in it: mode and owner are the image's.
  expect(facts.get('dir')).toMatch(/^directory 750 10:20 /);
  expect(facts.get('dir/a')).toMatch(/^file 644 0:0 6 /);
  expect(facts.get('etc/cover')).toMatch(/^file 644 0:0 4 /);
  expect(facts.has('etc/gone')).toBe(true);
  expect(facts.has('opaque/new')).toBe(true);
  expect(facts.has('opaque/old1')).toBe(true);
  expect(facts.has('opaque/sub')).toBe(false);
  expect(facts.has('pipe')).toBe(false);
});

/** What Python in the namespaces sees of an attribute, and a commit of a file that has it. */
const listScript = `cd "$TREE"
python3 -c 'import os, sys; sys.stdout.write(os.getxattr("f", "system.posix_acl_access").hex())' > seen
stat -c %a f > mode
echo more >> f`;

test.each(['mapped', 'single'])(
  'access lists have the users and groups that there are, with %s IDs',
  async (mode) => {
    const entries = (all: readonly (readonly [number, number, number])[]): Buffer =>
      Buffer.concat([
        Buffer.from([2, 0, 0, 0]),
        ...all.map(([tag, rights, id]) => {
          const bytes = Buffer.alloc(8);
          bytes.writeUInt16LE(tag);
          bytes.writeUInt16LE(rights, 2);
          bytes.writeUInt32LE(id, 4);
          return bytes;
        }),
      ]);
    const none = 0xffff_ffff;
    const own = [[1, 7, none] as const, [2, 4, 0] as const];
    const rest = [[4, 4, none] as const, [16, 7, none] as const, [32, 1, none] as const];
    // The last user is in no range of subordinate IDs.
    const whole = entries([...own, [2, 6, 1000], [2, 6, 4_000_000_000], ...rest]);
    const wanted = entries([...own, ...(mode === 'mapped' ? [[2, 6, 1000] as const] : []), ...rest]);
    const files = [{ path: 'f', content: 'x', mode: 0o771, xattrs: { 'system.posix_acl_access': whole } }];
    const archive = join(folder, `lists-${mode}.tar`);
    await writeFile(archive, dockerArchive([{ names: ['lists:1'], layers: [{ files }] }]));
    const target = join(user.folder, `lists-${mode}.tar`);
    await user.story<Told>(
      'commit',
      { store: join(user.folder, `lists-${mode}`), archive, image: 'lists:1', script: listScript, target },
      { STRATIGRAPH_OVERLAY: mode },
    );
    const read = (name: string): string => execFileSync('tar', ['-xOf', target, name], { encoding: 'utf8' });
    expect(read('seen')).toBe(wanted.toString('hex'));
    expect(read('mode')).toBe('771\n');
    // What this user cannot say is not lost.
    expect((await factsOfTar(target)).get('f')).toContain(`posix_acl_access=${whole.toString('hex')}`);
  },
);
