import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { importRootfs, type ImportRequest } from '../../../electron/actions/copy/importRootfs';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { operationOutcome } from '../../../renderer/store/operationText';
import type { ImageId } from '../../../shared/image/digest';
import type { OperationState } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
import { headerBlock, inBlocks, noise, tarOf, dockerArchive } from '../../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { factsOfTar } from '../../setup/treeFacts';
import { reasonText } from '../../setup/reasonText';

describe('import', () => {
  let context: TestStore;
  let folder: string;
  let tree: string;
  const run = quietRun();
  const request = (path: string, more: Partial<ImportRequest> = {}): ImportRequest => ({
    path,
    reference: 'base:1',
    message: '',
    changes: [],
    ...more,
  });
  const config = async (id: ImageId): Promise<Record<string, unknown>> =>
    JSON.parse(new TextDecoder().decode(await context.store.readDocument(id))) as Record<string, unknown>;

  beforeEach(async () => {
    context = await openStore();
    folder = await temporaryFolder();
    tree = join(folder, 'tree');
    await mkdir(join(tree, 'etc'), { recursive: true });
    await mkdir(join(tree, 'bin'));
    await writeFile(join(tree, 'etc', 'os-release'), 'ID=test\n');
    await writeFile(join(tree, 'bin', 'tool'), 'x'.repeat(100_000), { mode: 0o755 });
    await symlink('tool', join(tree, 'bin', 'alias'));
    execFileSync('tar', ['-C', tree, '--numeric-owner', '-cf', join(folder, 'plain.tar'), '.']);
  });

  async function exported(id: ImageId): Promise<unknown> {
    const file = join(await temporaryFolder(), 'rootfs.tar');
    await exportRootfs(context, { image: id }, file, run);
    const facts = await factsOfTar(file);
    return [...facts].filter(([path]) => path !== '');
  }

  test.each([
    ['plain', 'none', []],
    ['gzip', 'gzip', ['gzip', '-k']],
    ['zstd', 'zstd', ['zstd', '-q']],
    ['xz', 'none', ['xz', '-k']],
    ['bzip2', 'none', ['bzip2', '-k']],
  ] as const)('a %s tarball becomes the one layer, stored as %s', async (_, compression, words) => {
    const [program, ...options] = words;
    const suffix = { gzip: '.gz', zstd: '.zst', xz: '.xz', bzip2: '.bz2' };
    const path = join(folder, 'plain.tar');
    if (program !== undefined) execFileSync(program, [...options, path]);
    const file = program === undefined ? path : path + suffix[program];
    const { id, entries } = await importRootfs(context, request(file), run);
    const { graph } = await readStoreView(context);
    expect(graph.images).toMatchObject([{ id, names: ['base:1'], os: 'linux' }]);
    expect(graph.layers).toMatchObject([{ blobs: [{ compression }] }]);
    expect(entries).toBe(6);
    expect(await exported(id)).toEqual([...(await factsOfTar(path))].filter(([name]) => name !== ''));
    await expectSoundStore(context.directory);
  });

  test.each([
    ['gzip', ['gzip', '-c']],
    ['zstd', ['zstd', '-q', '-c']],
    ['xz', ['xz', '-c']],
    ['bzip2', ['bzip2', '-c']],
  ] as const)(
    'a %s tarball is held against its checksum, which lies behind the end of the tar',
    async (name, words) => {
      await writeFile(join(tree, 'noise'), noise(50_000));
      const plain = execFileSync('tar', ['-C', tree, '-c', '.'], { maxBuffer: 1 << 26 });
      const [program, ...options] = words;
      const stream = execFileSync(program, options, { input: plain, maxBuffer: 1 << 26 });
      const file = join(folder, 'changed');
      // In the contents (of bzip2 that changes headers, too), and in the checksum: of bzip2 that of the stream, which
      // at most 7 bits of filling follow.
      for (const at of [...(name === 'bzip2' ? [] : [30_000]), stream.length - (name === 'gzip' ? 8 : 3)]) {
        const changed = Buffer.from(stream);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await writeFile(file, changed);
        await refusedUnchanged(context, () => importRootfs(context, request(file), run), 'archive-damaged');
      }
    },
  );

  test('a folder becomes the same tree', async () => {
    const fromFolder = await importRootfs(context, request(tree), run);
    const fromTar = await importRootfs(context, request(join(folder, 'plain.tar'), { reference: null }), run);
    expect(await exported(fromFolder.id)).toEqual(await exported(fromTar.id));
    const { graph } = await readStoreView(context);
    expect(graph.images.map(({ names }) => names).sort()).toEqual([[], ['base:1']]);
  });

  test('changes and a message are in the config', async () => {
    const more = { changes: ['CMD ["/bin/tool"]', 'ENV A=b'], message: 'from the workshop' };
    const { id } = await importRootfs(context, request(join(folder, 'plain.tar'), more), run);
    expect(await config(id)).toMatchObject({
      os: 'linux',
      config: { Cmd: ['/bin/tool'], Env: ['A=b'] },
      history: [{ comment: 'from the workshop', created_by: 'stratigraph import plain.tar' }],
    });
  });

  test('what is no root filesystem is refused, and nothing stays', async () => {
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'no archive');
    // Nobody writes to it: whoever opened it would wait.
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const cut = join(folder, 'cut.tar');
    await writeFile(cut, (await readFile(join(folder, 'plain.tar'))).subarray(0, 50_000));
    for (const [path, code] of [
      [text, 'not-a-rootfs'],
      [pipe, 'not-a-rootfs'],
      ['/dev/null', 'not-a-rootfs'],
      [join(folder, 'gone.tar'), 'file-not-found'],
    ] as const)
      await refusedUnchanged(context, () => importRootfs(context, request(path), run), code);
    await expect(importRootfs(context, request(cut), run)).rejects.toThrow(/cut\.tar/);
    const wrong = request(tree, { reference: 'Not A Name' });
    await problemFacts(importRootfs(context, wrong, run), 'reference-invalid');
    await problemFacts(
      importRootfs(context, request(tree, { changes: ['RUN x'] }), run),
      'config-change-invalid',
    );
    const abort = new AbortController();
    abort.abort();
    await problemFacts(importRootfs(context, request(tree), quietRun(abort.signal)), 'cancelled');
    expect((await readStoreView(context)).graph.images).toEqual([]);
    await expectSoundStore(context.directory);
  });

  test('what no tree can be made of is refused with its place, and nothing stays', async () => {
    const link = { path: 'l', type: 'hardlink' } as const;
    for (const [members, code, facts] of [
      [
        [{ path: 'dev/gone', type: 'character', major: 0, minor: 0 }],
        'device-reserved',
        { path: '/dev/gone' },
      ],
      [[{ ...link, linkTarget: 'etc/passwd' }], 'layer-invalid', { entry: 'l' }],
      [
        [
          { path: 'd', type: 'directory' },
          { ...link, linkTarget: 'd' },
        ],
        'layer-invalid',
        { entry: 'l' },
      ],
      [[{ path: '.', content: 'x' }], 'layer-invalid', {}],
      [
        [
          { path: 'a', type: 'symlink', linkTarget: 'b' },
          { path: 'b', type: 'symlink', linkTarget: 'a' },
          { path: 'a/x', content: 'x' },
        ],
        'layer-invalid',
        { entry: 'a/x' },
      ],
    ] as const) {
      const path = join(folder, 'odd.tar');
      await writeFile(path, tarOf(members));
      expect(
        await refusedUnchanged(context, () => importRootfs(context, request(path), run), code),
      ).toMatchObject(facts);
    }
  });

  test.each<[string, () => Buffer, RegExp]>([
    ['a name that is too long', () => tarOf([{ path: 'n'.repeat(256) }]), /more than 255 bytes/],
    [
      'a link to too long a path',
      () => tarOf([{ path: 'l', type: 'symlink', linkTarget: 'zzzz/'.repeat(820) }]),
      /4095/,
    ],
    [
      'numbers that no device has',
      () => tarOf([{ path: 'n', type: 'block', major: 0o7777777, minor: 1 }]),
      /numbers 2097151:1/,
    ],
    ['an owner that nobody can be', () => tarOf([{ path: 'a', pax: { uid: '4294967296' } }]), /owner/],
    ['an owner that would be root', () => tarOf([{ path: 'a', pax: { uid: '4294967295' } }]), /owner/],
    [
      'an attribute that is too large',
      () => tarOf([{ path: 'a', xattrs: { 'user.big': 'v'.repeat(70_000) } }]),
      /attribute/,
    ],
    [
      'a capability that no kernel takes',
      () => tarOf([{ path: 'a', xattrs: { 'security.capability': 'x'.repeat(20) } }]),
      /^has a security\.capability attribute of a form/,
    ],
    ...(
      [
        ['over another', '0,512,256,256', /out of order/],
        ['behind the end', '0,512,4096,256', /out of order/],
        ['out of order', '768,256,0,512', /out of order/],
        ['with fewer bytes than there are', '0,512', /does not fit/],
        ['with too long a number', '0,512,99999999999999999,256', /number that is out of range/],
        ['with no number', '0,512,-5,256', /no number/],
      ] as const
    ).map(([what, map, reason]): [string, () => Buffer, RegExp] => [
      `a sparse map ${what}`,
      () =>
        tarOf([
          {
            path: 'a',
            content: noise(768),
            pax: { 'GNU.sparse.name': 'sp', 'GNU.sparse.size': '1024', 'GNU.sparse.map': map },
          },
        ]),
      reason,
    ]),
    [
      'a sparse map in the body that has a number that is too long',
      () =>
        tarOf([
          {
            path: 'a',
            content: `${'9'.repeat(17)}\n`,
            pax: {
              ...{ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' },
              ...{ 'GNU.sparse.name': 'sp', 'GNU.sparse.realsize': '1024' },
            },
          },
        ]),
      /number that is out of range/,
    ],
    [
      'a size that is too long',
      () => tarOf([{ path: 'a', pax: { 'GNU.sparse.size': '9'.repeat(17), 'GNU.sparse.map': '0,0' } }]),
      /GNU.sparse.size is out of range/,
    ],
  ])('a tarball with %s is refused', async (_, tar, reason) => {
    const path = join(folder, 'odd.tar');
    await writeFile(path, tar());
    const facts = await refusedUnchanged(
      context,
      () => importRootfs(context, request(path), run),
      'layer-invalid',
    );
    expect(reasonText(facts)).toMatch(reason);
  });

  test('what belongs to volumes is left out, and that is said', async () => {
    const member = (name: string, flag: string): Buffer =>
      Buffer.concat([headerBlock({ name, flag, size: 3 }), inBlocks(Buffer.from('abc'))]);
    const tar = Buffer.concat([
      member('label', 'V'),
      member('rest', 'M'),
      member('a', '0'),
      Buffer.alloc(1024),
    ]);
    const path = join(folder, 'volume.tar');
    await writeFile(path, tar);
    for (const words of [[], ['xz', '-k', '-f']]) {
      if (words[0] !== undefined) execFileSync(words[0], [...words.slice(1), path]);
      const made = await importRootfs(context, request(words.length > 0 ? `${path}.xz` : path), run);
      expect(made).toMatchObject({ entries: 1, leftOut: 2 });
    }
    const loaded = await load(await openStore(), dockerArchive([{ layers: [{ tar }] }]));
    expect(loaded.leftOut).toBe(2);
    const plain = await load(await openStore(), dockerArchive([{ layers: [{ files: [{ path: 'a' }] }] }]));
    expect(plain.leftOut).toBeUndefined();
    for (const language of ['en', 'zh-CN'] as const) {
      const t = translator(language);
      expect(t('cli.membersLeftOut', { count: 1 })).toContain('1 ');
      expect(t('cli.membersLeftOut', { count: 2 })).toContain('2 ');
      const operation = { kind: 'load', status: 'done', subject: 'a.tar', result: loaded };
      expect(operationOutcome(operation as unknown as OperationState, t)).toContain(
        t('operation.leftOut', { members: 2 }),
      );
    }
  });

  test('an incremental archive of GNU tar becomes the tree that it was made of', async () => {
    await mkdir(join(tree, 'empty'));
    await mkdir(join(tree, 'private'), { mode: 0o700 });
    await writeFile(join(tree, 'private', 'key'), 'k');
    const path = join(folder, 'incremental.tar');
    execFileSync('tar', ['-C', tree, '-c', '-f', path, `--listed-incremental=${join(folder, 'notes')}`, '.']);
    const incremental = await importRootfs(context, request(path), run);
    const plain = join(folder, 'again.tar');
    execFileSync('tar', ['-C', tree, '-c', '-f', plain, '.']);
    const again = await importRootfs(context, request(plain, { reference: null }), run);
    expect(await exported(incremental.id)).toEqual(await exported(again.id));
    expect(await exported(incremental.id)).toContainEqual(['empty', expect.anything()]);
  });
});
