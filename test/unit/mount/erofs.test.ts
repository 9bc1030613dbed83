import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getAttribute } from '../../../electron/system/syscalls';
import type { LowerLayer, TreeStyle } from '../../../electron/worker/jobs';
import { encodeName } from '../../../shared/layer/entryPath';
import { problemOf } from '../../../shared/image/problem';
import { buildLayer, noise, tarOf, type LayerSpec, type TarMember } from '../../setup/imageBuilder';
import { quietRun, sharedPool, temporaryFolder } from '../../setup/temporary';
import { differences, factsOfDirectory, type TreeFacts } from '../../setup/treeFacts';

/** Layers as images of EROFS, in the kernel, beside the same layers unpacked into files. */

const style: TreeStyle = { attributes: 'trusted', whiteouts: 'device', owners: 'kept', devices: true };
type Form = 'files' | 'image';
const pool = sharedPool;

let folder = '';
let mounted: string[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  mkdirSync(join(folder, 'empty'));
});
afterEach(async () => {
  for (const target of mounted) await pool().run('unmount', { target, label: 'test', lazy: false });
  mounted = [];
});

/** Makes a layer ready in one form; null where an image cannot hold it. */
async function ready(spec: LayerSpec, name: string, form: Form): Promise<LowerLayer | null> {
  const { blob, digest, diffId } = buildLayer(spec);
  const at = join(folder, name);
  const file = `${at}.blob`;
  writeFileSync(file, blob);
  const layer = { file, digest, diffId, label: 'layer' };
  if (form === 'files') {
    await pool().run('unpack-layer', { ...layer, target: at, style });
    return at;
  }
  const [image, tar] = [`${at}.image`, `${at}.tar`];
  const made = await pool().run('image-layer', { ...layer, image, tar });
  return made && { image, tar: spec.gzip ? tar : file };
}

async function mount(lower: readonly LowerLayer[], name: string): Promise<string> {
  const target = join(folder, name);
  mkdirSync(target);
  await pool().run('mount-overlay', {
    target,
    label: 'test',
    place: join(folder, 'place'),
    lower,
    upper: null,
    work: null,
    style,
  });
  mounted.push(target);
  return target;
}

/** The tree of layers from the base up; its facts with times, or the code of the problem that refused one. */
async function treeOf(layers: readonly LayerSpec[], form: Form): Promise<TreeFacts | string> {
  const lower: LowerLayer[] = [];
  for (const [i, spec] of layers.entries()) {
    try {
      const layer = await ready(spec, `${form}-${i}`, form);
      if (layer === null) return 'not expressible';
      lower.unshift(layer);
    } catch (thrown) {
      return problemOf(thrown).code;
    }
  }
  const target = await mount([...lower, join(folder, 'empty')], `tree-${form}`);
  return withTimes(target);
}

function withTimes(target: string): TreeFacts {
  const facts = [...factsOfDirectory(target)].map(([path, text]): [string, string] => {
    const info = lstatSync(Buffer.from(encodeName(`${target}/${path}`)), { bigint: true });
    return [path, `${text} ${info.mtimeNs} x${info.isDirectory() ? '' : info.nlink}`];
  });
  const { mode, uid, gid, mtimeNs } = lstatSync(target, { bigint: true });
  return new Map([...facts, ['', `${mode} ${uid}:${gid} ${mtimeNs}`]]);
}

async function expectSame(layers: readonly LayerSpec[]): Promise<TreeFacts | string> {
  const [files, image] = [await treeOf(layers, 'files'), await treeOf(layers, 'image')];
  if (typeof files === 'string' || typeof image === 'string') expect(image).toBe(files);
  else expect(differences(files, image)).toEqual([]);
  return image;
}

/** Numbers that look random and are the same every time (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A layer in which few names come again and again, as everything that an entry can be. */
function randomLayer(random: (below: number) => number): LayerSpec {
  const name = (): string => ['a', 'b', 'c', '-', 'ü', '目', 'n'.repeat(120)][random(7)] ?? '';
  const path = (): string => Array.from({ length: 1 + random(3) }, name).join('/');
  // What comes below a name that is no directory makes a layer that is refused: mostly these are others.
  const leaf = (at: string): string =>
    random(12) === 0 ? at : at.replace(/[^/]+$/, ['f', 'g', 'h'][random(3)] ?? '');
  const files: string[] = [];
  const member = (): TarMember => {
    const common = {
      path: path(),
      mode: random(0o10000),
      uid: [0, 1000, 70_000, 0xfffffffe][random(4)] ?? 0,
      gid: random(3) * 50_000,
      mtime: random(2_000_000_000),
      pax: random(3) === 0 ? { mtime: `${random(1_000_000_000)}.${random(1_000_000_000)}` } : {},
      xattrs: random(3) === 0 ? { 'user.note': 'n'.repeat(random(300)), 'trusted.no': '1' } : {},
    };
    const kind = random(12);
    if ((kind >= 3 && kind < 6) || kind > 7) common.path = leaf(common.path);
    const { path: at } = common;
    switch (kind) {
      case 0:
      case 1:
        return { ...common, type: 'directory' };
      case 2:
        return {
          ...common,
          type: 'symlink',
          linkTarget: [path(), `../${path()}`, `/${path()}`][random(3)] ?? '',
        };
      case 3:
        if (files.length === 0 || random(4) > 0) return { ...common, type: 'directory' };
        // Now and then of nothing, or of what has gone.
        return { ...common, type: 'hardlink', linkTarget: files[random(files.length + 1)] ?? 'a' };
      case 4:
        return { ...common, type: 'fifo' };
      case 5:
        return { ...common, type: 'character', major: random(300), minor: random(70_000) };
      case 6:
        return { path: at.replace(/[^/]+$/, (last) => `.wh.${last}`) };
      case 7:
        return { path: `${at}/.wh..wh..opq` };
      case 8:
        return {
          ...common,
          content: noise(1024, random(100)),
          pax: { 'GNU.sparse.map': '512,512,2048,512', 'GNU.sparse.size': String(2560 + random(2) * 512) },
        };
      default:
        files.push(at);
        return { ...common, content: noise(random(3) * random(3000), random(100)) };
    }
  };
  return { files: Array.from({ length: 3 + random(30) }, member), gzip: random(2) === 0 };
}

describe.runIf(process.getuid?.() === 0)('a layer as an image', () => {
  test('random layers give the tree that unpacking gives, or are refused as it refuses them', async () => {
    let trees = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = randomOf(seed);
      const layers = Array.from({ length: 1 + random(3) }, () => randomLayer(random));
      if (typeof (await expectSame(layers)) !== 'string') trees++;
      for (const target of mounted.splice(0))
        await pool().run('unmount', { target, label: 'test', lazy: false });
      folder = await temporaryFolder();
      mkdirSync(join(folder, 'empty'));
    }
    expect(trees).toBeGreaterThan(20);
  });

  test('holds names of 255 bytes, names that are no UTF-8, long targets, and all that xattrs say', async () => {
    const capability = '\x01\0\0\x02\0\x04'.padEnd(20, '\0');
    const raw = Buffer.from(tarOf([{ path: 'caf_', content: 'x' }]));
    raw[3] = 0xe9;
    raw.fill(0x20, 148, 156);
    raw.write(
      `${raw
        .subarray(0, 512)
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)}\0`,
      148,
    );
    const facts = await expectSame([
      { files: [{ path: 'n'.repeat(255), content: 'long\n' }] },
      { tar: raw },
      {
        files: [
          ...[1, 60, 440, 448, 449, 511, 512, 513, 4095].map((length): TarMember => ({
            path: `to-${length}`,
            type: 'symlink',
            linkTarget: 't'.repeat(length),
          })),
          { path: 'capable', content: 'x', mode: 0o755, xattrs: { 'security.capability': capability } },
          { path: 'su', content: 'x', mode: 0o6755, xattrs: { 'user.big': 'v'.repeat(3000) } },
          { path: 'empty', content: '' },
          { path: 'old', content: 'x', pax: { mtime: '-1.5' } },
        ],
      },
    ]);
    expect(facts).not.toBeTypeOf('string');
  });

  test('lists a directory of 20,000 names', async () => {
    const files = Array.from({ length: 20_000 }, (_, i) => ({ path: `many/${i * 7919}`, content: '' }));
    const lower = await ready({ files }, 'many', 'image');
    const target = await mount([lower ?? '', join(folder, 'empty')], 'tree');
    expect(readdirSync(join(target, 'many'))).toHaveLength(files.length);
    for (const i of [0, 1, 9999, 19_999]) expect(lstatSync(join(target, files[i]?.path ?? '')).size).toBe(0);
  });

  test('stacks 499 layers, images and directories mixed', async () => {
    const lower: LowerLayer[] = [];
    for (let i = 0; i < 499; i++)
      lower.push(
        (await ready({ files: [{ path: `f${i}`, content: `${i}` }] }, `l${i}`, i % 5 ? 'image' : 'files')) ??
          '',
      );
    const target = await mount(lower, 'tree');
    expect(readdirSync(target)).toHaveLength(499);
  });

  test('leaves no mount but the overlay, and stays readable when image and tar are removed', async () => {
    const lower = await ready({ files: [{ path: 'f', content: noise(100_000) }], gzip: true }, 'l', 'image');
    if (lower === null || typeof lower === 'string') throw new Error('no image');
    const target = await mount([lower, join(folder, 'empty')], 'tree');
    expect(await pool().run('list-mounts', { below: folder })).toEqual([target]);
    const before = withTimes(target);
    await pool().run('remove-tree', { path: lower.image });
    await pool().run('remove-tree', { path: lower.tar });
    expect(differences(withTimes(target), before)).toEqual([]);
  });

  test('makes a directory like the root of an image', async () => {
    const spec: LayerSpec = {
      files: [
        {
          path: './',
          type: 'directory',
          mode: 0o1711,
          uid: 5,
          gid: 6,
          mtime: 7,
          xattrs: { 'user.r': 'root' },
        },
      ],
    };
    const like = await ready(spec, 'l', 'image');
    const target = join(folder, 'made');
    await pool().run('make-directory-like', { target, like: like ?? '' });
    const { mode, uid, gid, mtimeMs } = lstatSync(target);
    expect([mode & 0o7777, uid, gid, mtimeMs]).toEqual([0o1711, 5, 6, 7000]);
    expect(Buffer.from(getAttribute(target, 'user.r') ?? []).toString()).toBe('root');
    expect(await pool().run('list-mounts', { below: folder })).toEqual([]);
  });

  test.each<{ title: string; member: TarMember }>([
    {
      title: 'data of a sparse file that lie on no whole block',
      member: {
        path: 's',
        content: 'x'.repeat(200),
        pax: { 'GNU.sparse.map': '100,100,1000,100', 'GNU.sparse.size': '2000' },
      },
    },
    {
      title: 'a capability of the namespace that it would be set in',
      member: { path: 'f', xattrs: { 'security.capability': '\x01\0\0\x03'.padEnd(24, '\0') } },
    },
    {
      title: 'an access list',
      member: { path: 'd', type: 'directory', xattrs: { 'system.posix_acl_default': '\x02\0\0\0' } },
    },
  ])('leaves to files: $title', async ({ member }) => {
    const spec = { files: [member], gzip: true };
    expect(await ready(spec, 'l', 'image')).toBeNull();
    expect(readdirSync(folder).sort()).toEqual(['empty', 'l.blob']);
  });

  test('a damaged blob is refused, and nothing is left', async () => {
    const { digest, diffId, blob } = buildLayer({ files: [{ path: 'f', content: noise(5000) }] });
    const file = join(folder, 'blob');
    blob[1000] = (blob[1000] ?? 0) ^ 1;
    writeFileSync(file, blob);
    const [image, tar] = [join(folder, 'image'), join(folder, 'tar')];
    const making = pool().run('image-layer', { file, digest, diffId, image, tar, label: 'l' }, quietRun());
    await expect(making).rejects.toMatchObject({ problem: { code: 'blob-damaged' } });
    expect(readdirSync(folder).sort()).toEqual(['blob', 'empty']);
  });
});
