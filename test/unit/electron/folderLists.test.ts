import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { areNamesOurs } from '../../../electron/store/folderTrust';
import { isWayOurs } from '../../../electron/store/ownWay';
import { setAttribute } from '../../../electron/system/syscalls';
import { accessListName } from '../../../shared/layer/accessList';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, temporaryFolder } from '../../setup/temporary';

/** With an access list the group bits of a folder's mode are the most that the list gives, whoever it names. */

/** An access list: entries of tag, rights and ID. */
function list(...named: readonly (readonly [number, number, number])[]): Uint8Array {
  const none = 0xffff_ffff;
  const entries = [
    [1, 7, none],
    ...named.filter(([tag]) => tag === 2),
    [4, 5, none],
    ...named.filter(([tag]) => tag === 8),
    ...(named.length > 0 ? [[16, 7, none]] : []),
    [32, 0, none],
  ] as const;
  const bytes = new DataView(new ArrayBuffer(4 + 8 * entries.length));
  bytes.setUint32(0, 2, true);
  entries.forEach(([tag, rights, id], i) => {
    bytes.setUint16(4 + 8 * i, tag, true);
    bytes.setUint16(6 + 8 * i, rights, true);
    bytes.setUint32(8 + 8 * i, id, true);
  });
  return new Uint8Array(bytes.buffer);
}

const user = 4242;
const lists: readonly (readonly [string, Uint8Array | null, boolean])[] = [
  ['no list', null, true],
  ['another user who writes', list([2, 7, user]), false],
  ['another user who reads', list([2, 5, user]), true],
  ['a group that writes', list([8, 6, user]), false],
  ['this user and root', list([2, 7, 0]), true],
  ['a reader and a writer', list([2, 5, user], [8, 2, user + 1]), false],
];

describe.runIf(process.geteuid?.() === 0)('a folder whose group is its owner’s own', () => {
  test.each(lists)('with %s', async (_, value, expected) => {
    const folder = await temporaryFolder();
    const way = join(folder, 'way');
    mkdirSync(join(way, 'end'), { recursive: true });
    chownSync(way, 0, 0);
    chmodSync(way, 0o775);
    if (value) setAttribute(way, accessListName, value);
    // The list gives the group's bits its mask.
    chmodSync(way, 0o775);
    expect(statSync(way).mode & 0o777).toBe(0o775);
    expect(await areNamesOurs(way)).toBe(expected);
    expect(await isWayOurs(join(way, 'end'))).toBe(expected);
  });

  test.each(['.', 'blobs', 'blobs/sha256'])(
    '%s of a store with a writer is not written to',
    async (place) => {
      const store = await openStore();
      chmodSync(store.directory, 0o755);
      const folder = join(store.directory, place);
      chmodSync(folder, 0o775);
      const archive = dockerArchive([{ names: ['a:1'], layers: [{ files: [{ path: 'a' }] }] }]);
      await load(await openStore(store.directory), archive);
      setAttribute(folder, accessListName, list([2, 7, user]));
      const other = dockerArchive([{ names: ['b:1'], layers: [{ files: [{ path: 'b' }] }] }]);
      await openStore(store.directory).then(
        async (again) =>
          expect(await problemFacts(load(again, other), 'store-unsafe')).toMatchObject({ fault: 'writers' }),
        (thrown: unknown) => expect(thrown).toMatchObject({ problem: { code: 'store-unsafe' } }),
      );
    },
  );
});
