import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { findMount, mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { readRecord, replaceRecord, stampOf } from '../../../electron/actions/trees/layerRecord';
import { createWorkspace, mountWorkspace } from '../../../electron/actions/trees/workspaces';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { checkReady } from '../../../electron/mount/checkReady';
import { imageLayer } from '../../../electron/mount/imageLayer';
import { unpackLayer } from '../../../electron/mount/unpackLayer';
import { removeAttribute } from '../../../electron/system/syscalls';
import type { Digest, DiffId } from '../../../shared/image/digest';
import { ProblemError } from '../../../shared/image/problem';
import { buildImage, noise, ociArchive, type ImageSpec, type TarMember } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { openStore, problemFacts, quietRun, storeOf, temporaryFolder } from '../../setup/temporary';

const spec: ImageSpec = {
  names: ['x:1'],
  layers: [
    {
      files: [
        { path: 'a', content: noise(3000) },
        { path: 'l', type: 'symlink', linkTarget: 'a' },
      ],
    },
    { files: [{ path: 'd/b', content: noise(2000, 2) }], gzip: true },
    { files: [{ path: 'c', content: noise(2500, 3) }, { path: '.wh.l' }], zstd: true },
  ],
};
const built = buildImage(spec);

/** All that a tree holds. */
function contents(root: string): string {
  const found: string[] = [];
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) found.push(`${path} ${readFileSync(join(root, path), 'base64')}`);
      else found.push(`${path} -> ${readlinkSync(join(root, path))}`);
    }
  return found.sort().join('\n');
}

/** What a mount of the image shows, by a process of its own. */
async function shown(directory: string): Promise<string> {
  const context = await openStore(directory);
  const view = await readStoreView(context);
  const [image] = view.graph.images;
  if (!image) throw view.damaged.map(({ problem }) => ProblemError.from(problem))[0] ?? new Error('no image');
  const { id } = await mountImage(context, { image: image.id, target: null, kept: false }, quietRun());
  let mounted = '';
  try {
    mounted = contents((await findMount(context, id)).target);
  } finally {
    await unmountImage(context, id);
  }
  return mounted;
}

afterEach(() => {
  delete process.env['STRATIGRAPH_LAYERS'];
});

describe.skipIf(process.geteuid?.() !== 0).each(['files', 'image'])('layers made ready as %s', (form) => {
  test('one byte of a blob is another, before and after they were: a mount says so or is right', async () => {
    if (form === 'files') process.env['STRATIGRAPH_LAYERS'] = form;
    const context = await storeOf(ociArchive([spec]));
    const caches = join(context.directory, 'cache', 'layers');
    const right = await shown(context.directory);
    let said = 0;
    for (const digest of [built.id, built.manifestDigest, ...built.layers.map((layer) => layer.digest)]) {
      const path = context.store.pathOf(digest);
      const sound = readFileSync(path);
      chmodSync(path, 0o644);
      for (const [part, ready] of [
        [0, true],
        [0.4, true],
        [0.4, false],
        [0.9, false],
      ] as const) {
        if (ready) await shown(context.directory);
        else rmSync(caches, { recursive: true, force: true });
        const at = Math.floor((sound.length - 1) * part);
        const bytes = Buffer.from(sound);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 8, at);
        writeFileSync(path, bytes);
        const got = await shown(context.directory).catch((thrown: unknown) => {
          expect(thrown, `byte ${at} of ${digest}`).toBeInstanceOf(ProblemError);
          expect((thrown as ProblemError).problem.code).not.toBe('internal');
          said++;
          return null;
        });
        if (got !== null) expect(got === right, `byte ${at} of ${digest}`).toBe(true);
        writeFileSync(path, sound);
      }
    }
    expect(said).toBeGreaterThan(12);
  });

  test('a blob that has grown by a terabyte of holes is refused by its length, unread', async () => {
    if (form === 'files') process.env['STRATIGRAPH_LAYERS'] = form;
    for (const { digest } of built.layers) {
      const context = await storeOf(ociArchive([spec]));
      const path = context.store.pathOf(digest);
      chmodSync(path, 0o644);
      truncateSync(path, 2 ** 40);
      const [image] = (await readStoreView(context)).graph.images;
      const work = mountImage(
        context,
        { image: image?.id ?? built.id, target: null, kept: false },
        quietRun(),
      );
      expect(await problemFacts(work, 'blob-damaged')).toMatchObject({ reason: 'size', image: 'x:1' });
    }
  });

  /** Files of a layer that is ready, in all its parts. */
  function filesIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name !== 'layer.json' && lstatSync(join(folder, name)).isFile(),
    );
  }

  const stale = async (directory: string, repair = false): Promise<readonly string[]> =>
    (await fsck(await openStore(directory), { repair }, quietRun())).staleCaches;

  test('a disk that loses a bit of one and says nothing: fsck names it, and makes room for a sound one', async () => {
    if (form === 'files') process.env['STRATIGRAPH_LAYERS'] = form;
    const context = await storeOf(ociArchive([spec]));
    const right = await shown(context.directory);
    expect(await stale(context.directory)).toEqual([]);
    const privileged = await context.privileged();
    for (const { diffId } of built.layers) {
      const name = `cache/layers/root/${diffId.slice(7)}`;
      const folder = join(context.directory, name);
      const files = filesIn(folder);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        if (lstatSync(join(folder, file)).size === 0) continue;
        const bytes = readFileSync(join(folder, file));
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        writeFileSync(join(folder, file), bytes);
        // The file system is made to say what it said before.
        const record = readRecord(folder);
        if (!record) throw new Error('no record');
        const stamp = await stampOf(context, privileged, folder, record);
        await replaceRecord(folder, { ...record, ...(stamp !== null && { stamp }) });
        expect(await stale(context.directory), file).toEqual([name]);
        await stale(context.directory, true);
        expect(existsSync(folder)).toBe(false);
        expect(await shown(context.directory)).toBe(right);
        expect(await stale(context.directory)).toEqual([]);
      }
    }
  });

  test('whatever a layer holds, one that is sound is not named; one that a commit took over neither', async () => {
    if (form === 'files') process.env['STRATIGRAPH_LAYERS'] = form;
    const random = seeded(20261130);
    let ready = 0;
    for (let round = 0; round < 8; round++) {
      const context = await storeOf(
        ociArchive([{ names: ['r:1'], layers: [{ files: randomLayer(random), gzip: random(2) === 0 }] }]),
      ).catch(() => null);
      const [image] = context ? (await readStoreView(context)).graph.images : [];
      if (!context || !image) continue;
      const made = await createWorkspace(context, { image: image.id, name: 'w' }, quietRun()).catch(
        () => null,
      );
      if (!made) continue;
      ready++;
      expect(await stale(context.directory), `round ${round}`).toEqual([]);
      const { merged } = await mountWorkspace(context, 'w', false, quietRun());
      writeFileSync(join(merged, 'new'), noise(100));
      const [first] = readdirSync(merged).filter((name) => name !== 'new');
      if (first !== undefined) rmSync(join(merged, first), { recursive: true });
      const request = { workspace: 'w', reference: 'r:2', author: '', message: '', changes: [], paths: null };
      await commitWorkspace(context, request, quietRun());
      expect(await stale(context.directory), `round ${round}`).toEqual([]);
    }
    expect(ready).toBeGreaterThan(3);
  });
});

describe.skipIf(process.platform !== 'linux')('a layer that is ready, held against its blob', () => {
  const linux = { attributes: 'user', whiteouts: 'device', owners: 'single', devices: false } as const;
  const idle = { tick: () => undefined };
  const size = 40 << 20;
  const files: readonly TarMember[] = [
    {
      path: 'sparse',
      content: 'x'.repeat(4096),
      pax: { 'GNU.sparse.map': `${1 << 20},4096`, 'GNU.sparse.size': String(size) },
    },
    { path: 'd/plain', content: 'plain' },
    { path: 'd/empty', content: '' },
    { path: 'hides/x', content: 'x' },
    { path: 'hides/.wh..wh..opq' },
  ];

  async function ready(form: 'files' | 'image'): Promise<{ folder: string; same: () => Promise<boolean> }> {
    const folder = await temporaryFolder();
    const [{ tar, digest, diffId } = { tar: Buffer.alloc(0), digest: '', diffId: '' }] = buildImage({
      names: ['x:1'],
      layers: [{ files }],
    }).layers;
    const file = join(folder, 'blob');
    writeFileSync(file, tar);
    const layer = { file, digest: digest as Digest, diffId: diffId as DiffId, label: 'x', style: linux };
    if (form === 'files') await unpackLayer({ ...layer, target: join(folder, 'fs') }, idle);
    else await imageLayer({ ...layer, image: join(folder, 'image'), tar: join(folder, 'tar') }, idle);
    const input = { ...layer, folder, form, beside: false };
    return { folder, same: async () => (await checkReady(input, idle)).same };
  }

  test('is not the same with data in a hole, wherever', async () => {
    const { folder, same } = await ready('files');
    const sparse = join(folder, 'fs/sparse');
    expect([lstatSync(sparse).size, await same()]).toEqual([size, true]);
    for (const at of [0, (1 << 20) - 1, (1 << 20) + 4096, size - 1]) {
      const fd = openSync(sparse, 'r+');
      const write = (byte: number): void => void writeSync(fd, Uint8Array.of(byte), 0, 1, at);
      write(1);
      expect(await same(), String(at)).toBe(false);
      write(0);
      closeSync(fd);
      // Written zeros are as good as a hole.
      expect(await same(), String(at)).toBe(true);
    }
  });

  test('is not the same without a mark that hides what lies below', async () => {
    const { folder, same } = await ready('files');
    removeAttribute(join(folder, 'fs/hides'), 'user.overlay.opaque');
    expect(await same()).toBe(false);
  });

  test.each(['fifo', 'link', 'nothing'])('is not the same with a %s in a file\u2019s place', async (kind) => {
    for (const [form, name] of [
      ['image', 'image'],
      ['files', 'fs/d/plain'],
      ['files', 'fs'],
    ] as const) {
      const { folder, same } = await ready(form);
      const path = join(folder, name);
      expect(await same()).toBe(true);
      renameSync(path, join(folder, 'old'));
      if (kind === 'fifo') execFileSync('mkfifo', [path]);
      if (kind === 'link') symlinkSync(join(folder, name === 'fs' ? 'nowhere' : 'old'), path);
      expect(await same(), name).toBe(false);
    }
  });
});
