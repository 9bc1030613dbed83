import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessListName,
  defaultListName,
  isAccessList,
  listWithin,
  listWithLeft,
  type ListIds,
} from '../../../shared/layer/accessList';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { must } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import { factsOfTar } from '../../setup/treeFacts';

/**
 * Lists that name users and groups whom an ordinary user's namespace does not have. The tree on disk is without them; what is committed of
 * it has them as the image has: an entry that takes rights away would otherwise be gone from the copy.
 */

const none = 0xffff_ffff;
/** Here with every user, with the first 65,536, and with root alone. */
const someIds = [0, 7, 1000, 70_000, 4_000_000_000];

function listOf(
  users: readonly (readonly [number, number])[],
  groups: readonly (readonly [number, number])[],
  mask: number,
): Buffer {
  const entries = [
    [1, 7, none],
    ...users.map(([id, rights]) => [2, rights, id]),
    [4, 4, none],
    ...groups.map(([id, rights]) => [8, rights, id]),
    [16, mask, none],
    [32, 1, none],
  ] as const;
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2);
  for (const [i, [tag = 0, rights = 0, id = 0]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 4 + 8 * i);
    bytes.writeUInt16LE(rights, 6 + 8 * i);
    bytes.writeUInt32LE(id, 8 + 8 * i);
  }
  return bytes;
}

const named = fc.uniqueArray(fc.tuple(fc.constantFrom(...someIds), fc.nat(7)), {
  maxLength: 4,
  selector: ([id]) => id,
});
const lists = fc.tuple(named, named, fc.nat(7)).map(([users, groups, mask]) => listOf(users, groups, mask));

test('a list that nobody has changed is the recorded one again, a changed one has what was left', () => {
  const few: ListIds = { user: (id) => id < 65_536, group: (id) => id < 8 };
  fc.assert(
    fc.property(lists, lists, (recorded, other) => {
      expect(listWithLeft(listWithin(recorded, few), recorded, few)).toEqual(recorded);
      const now = listWithin(other, few);
      const whole = listWithLeft(now, recorded, few);
      expect(isAccessList(whole)).toBe(true);
      expect(Buffer.from(listWithin(whole, few))).toEqual(Buffer.from(now));
      const left = (value: Uint8Array): number => (value.length - listWithin(value, few).length) / 8;
      expect(left(whole)).toBe(left(recorded));
    }),
  );
});

let user: OrdinaryUser;
beforeAll(async () => {
  user = await makeOrdinaryUser();
});
afterAll(() => user.remove());

const sampled = fc.sample(fc.tuple(named, named), 24);
/** As the mode has it that a layer says: that one counts. */
const listAt = (i: number, mask: number): Buffer => listOf(...(sampled[i] as [[], []]), mask);

const files: TarMember[] = [
  ...['s', 's/deep'].map((path, i): TarMember => ({
    path,
    type: 'directory',
    mode: 0o771,
    content: '',
    xattrs: { [accessListName]: listAt(i, 7), [defaultListName]: listAt(i + 2, 3) },
  })),
  ...Array.from({ length: 18 }, (_, i): TarMember => ({
    path: `${i % 2 === 0 ? 's' : 's/deep'}/f${i}`,
    content: 'x',
    mode: 0o761,
    uid: i % 3 === 0 ? 1000 : 0,
    gid: i % 4 === 0 ? 70_000 : 0,
    xattrs: { [accessListName]: listAt(i + 4, 6) },
  })),
];

/** What a tree says of the lists of every path. */
async function listsOf(tar: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [path, facts] of await factsOfTar(tar)) {
    const all = [...facts.matchAll(/system\.posix_acl_\w+=\w*/g)].map(([text]) => text).sort();
    if (/^s(?:\/|$)/.test(path)) found.set(path, all.join(' '));
  }
  return found;
}

const kinds = process.getuid?.() === 0 ? (['mapped', 'single'] as const) : (['single'] as const);
test.each(kinds)(
  'what an ordinary user commits has the lists of the image, whoever they name (%s)',
  async (kind) => {
    const archive = join(user.place, `lists-${kind}.tar`);
    const base = shellImage('lists:1');
    writeFileSync(archive, dockerArchive([{ ...base, layers: [...base.layers, { files }] }]));
    chmodSync(archive, 0o644);
    const plain = plainEnv({ STRATIGRAPH_OVERLAY: kind });
    const [program = '', ...first] = [...user.as, ...plain, user.node, user.cli];
    const store = join(user.folder, `lists-${kind}`);
    const cli = (...words: readonly string[]): Promise<string> =>
      must(program, [...first, '--store', store, ...words], { cwd: '/' });
    const exported = async (word: string): Promise<ReadonlyMap<string, string>> => {
      const out = join(user.folder, `${kind}-${word.replaceAll(/\W/g, '-')}.tar`);
      await cli('export', word, '-o', out);
      return listsOf(out);
    };
    await cli('load', '-q', '-i', archive);
    const wanted = await exported('lists:1');
    expect([...wanted.values()].filter((text) => text !== '').length).toBe(files.length);
    await cli('workspace', 'create', 'lists:1', 'own');
    // Each is copied up, with every directory on the way.
    await cli('run', 'own', 'sh', '-c', 'cd /s; for f in f* deep/f*; do echo more >> $f; done');
    expect(await exported('own')).toEqual(wanted);
    await cli('commit', 'own', 'lists:2', '--path', '/s/f0', '--path', '/s/deep/f1');
    expect(await exported('lists:2')).toEqual(wanted);
    await cli('commit', 'own', 'lists:3');
    expect(await exported('lists:3')).toEqual(wanted);
    // On top of what was committed, whose tree is the one that was in the workspace.
    await cli('run', 'own', 'sh', '-c', 'cd /s; for f in f* deep/f*; do echo more >> $f; done');
    await cli('commit', 'own', 'lists:4');
    expect(await exported('lists:4')).toEqual(wanted);
    // What takes the place of a file has none of its lists.
    await cli('run', 'own', 'sh', '-c', 'cd /s; rm f2; echo new > /tmp/new; busybox mv /tmp/new f2');
    await cli('commit', 'own', 'lists:5');
    expect((await exported('lists:5')).get('s/f2')).toBe('');
    await cli('workspace', 'rm', 'own');
    expect(await cli('fsck')).toContain('0 damaged');
  },
  120_000,
);
