import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree, readTreeFile } from '../../../electron/actions/inside/imageFiles';
import { imageById } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { filterLayer } from '../../../electron/commit/filterLayer';
import { parseDiffId } from '../../../shared/image/digest';
import {
  digestOf,
  dockerArchive,
  headerBlock,
  inBlocks,
  noise,
  paxRecord,
  tarMember,
} from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { quietRun, storeOf, temporaryFile, temporaryFolder } from '../../setup/temporary';

/**
 * Random maps of sparse files in all forms that there are: empty ones, regions that touch, that hold nothing, that are of no
 * whole blocks, that end before their file. What is written anew GNU tar and Python unpack as the file that they stand for.
 */

type Region = readonly [offset: number, size: number];
interface Sparse {
  readonly name: string;
  readonly tar: Buffer;
  readonly content: Buffer;
}

const random = seeded(20_261_129);

function randomMap(realSize: number, most: number): Region[] {
  const regions: Region[] = [];
  let at = 0;
  for (let left = random(most + 1); left > 0; left--) {
    const aligned = random(2) === 0;
    const gap = random(3) === 0 ? 0 : random(aligned ? 6 : 4000);
    const size = random(5) === 0 ? 0 : random(aligned ? 5 : 3000);
    const offset = aligned ? Math.ceil(at / 512) * 512 + gap * 512 : at + gap;
    const end = offset + (aligned ? size * 512 : size);
    if (end > realSize) break;
    regions.push([offset, end - offset]);
    at = end;
  }
  if (at < realSize && random(2) === 0) regions.push([realSize, 0]);
  return regions;
}

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

function old(name: string, regions: readonly Region[], realSize: number, body: Buffer): Buffer {
  const header = headerBlock({
    name,
    flag: 'S',
    size: body.length,
    edit: (block) => {
      block.write('ustar  \0', 257, 'latin1');
      regions
        .slice(0, 4)
        .forEach(([offset, size], i) => block.write(octal(offset) + octal(size), 386 + i * 24, 'latin1'));
      if (regions.length > 4) block[482] = 1;
      block.write(octal(realSize), 483, 'latin1');
    },
  });
  const more = Buffer.alloc(regions.length > 4 ? 512 : 0);
  regions.slice(4).forEach(([offset, size], i) => more.write(octal(offset) + octal(size), i * 24, 'latin1'));
  return Buffer.concat([header, more, inBlocks(body)]);
}

function pax(records: readonly (readonly [string, string])[], body: Buffer): Buffer {
  const all = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  return Buffer.concat([
    headerBlock({ name: 'x', flag: 'x', size: all.length }),
    inBlocks(all),
    headerBlock({ name: 'short', flag: '0', size: body.length }),
    inBlocks(body),
  ]);
}

function randomSparse(at: number): Sparse {
  const form = ['old', '0.0', '0.1', '1.0'][at % 4];
  const name = `file-${at}`;
  const realSize = random(60_000);
  const regions = randomMap(realSize, form === 'old' ? 20 : 30);
  const content = Buffer.alloc(realSize);
  const pieces = regions.map(([offset, size]) => {
    const piece = noise(size);
    piece.copy(content, offset);
    return piece;
  });
  const data = Buffer.concat(pieces);
  const size = String(realSize);
  const told = [
    ['GNU.sparse.name', name],
    ['GNU.sparse.size', size],
    ['GNU.sparse.numblocks', String(regions.length)],
  ] as const;
  switch (form) {
    case 'old':
      return { name, content, tar: old(name, regions, realSize, data) };
    case '0.0': {
      const version = [
        ['GNU.sparse.major', '0'],
        ['GNU.sparse.minor', '0'],
      ] as const;
      const map = regions.flatMap(([offset, length]) => [
        ['GNU.sparse.offset', String(offset)] as const,
        ['GNU.sparse.numbytes', String(length)] as const,
      ]);
      return { name, content, tar: pax([...version, ...told, ...map], data) };
    }
    case '0.1': {
      const version = [
        ['GNU.sparse.major', '0'],
        ['GNU.sparse.minor', '1'],
      ] as const;
      const map = ['GNU.sparse.map', regions.flat().join(',')] as const;
      return { name, content, tar: pax([...version, ...told, map], data) };
    }
    default: {
      const map = [regions.length, ...regions.flat()].map((number) => `${number}\n`).join('');
      const records = [
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', name],
        ['GNU.sparse.realsize', size],
      ] as const;
      return { name, content, tar: pax(records, Buffer.concat([inBlocks(Buffer.from(map)), data])) };
    }
  }
}

const files = Array.from({ length: 200 }, (_, at) => randomSparse(at));
const tar = Buffer.concat([
  tarMember({ path: 'gone', content: 'abc' }),
  ...files.map((file) => file.tar),
  tarMember({ path: 'z', content: 'end' }),
  Buffer.alloc(1024),
]);
const python = spawnSync('python3', ['--version']).status === 0;

const ways = {
  rewrite: async (): Promise<string> => {
    const digest = digestOf(tar);
    const layer = { file: await temporaryFile(tar, 'layer.tar'), digest, diffId: parseDiffId(digest) };
    const target = join(await temporaryFolder(), 'filtered.tar');
    const what = { layer, aliases: {}, more: [], patterns: ['gone'], indexTarget: null, label: 'shop:1' };
    await filterLayer({ ...what, target }, { tick: () => undefined });
    return target;
  },
  export: async (): Promise<string> => {
    const layers = [{ tar }, { files: [{ path: 'b', content: '1' }] }];
    const context = await storeOf(dockerArchive([{ names: ['sp:1'], layers }]));
    const view = await readStoreView(context);
    const [image] = view.graph.images;
    if (!image) throw new Error('no image');
    // What `cat` prints is the independent expectation, too.
    const tree = await fileTree(context, view, imageById(view.graph, image.id), null);
    for (const { name, content } of files) {
      const file = tree.find(name, true);
      if (!file) throw new Error(`${name} is not there`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of readTreeFile(context, file)) chunks.push(Uint8Array.from(chunk));
      expect(Buffer.concat(chunks).equals(content), name).toBe(true);
    }
    const target = join(await temporaryFolder(), 'root.tar');
    await exportRootfs(context, { image: image.id }, target, quietRun());
    return target;
  },
};

describe.each(Object.entries(ways))('%s', (_, write) => {
  const differing = async (folder: string): Promise<string[]> => {
    const out: string[] = [];
    for (const { name, content } of files)
      if (!(await readFile(join(folder, name))).equals(content)) out.push(name);
    return out;
  };

  test('is unpacked by GNU tar as it was', async () => {
    const folder = await temporaryFolder();
    execFileSync('tar', ['-xf', await write(), '-C', folder]);
    expect(await differing(folder)).toEqual([]);
  });

  test.runIf(python)('is unpacked by Python as it was', async () => {
    const folder = join(await temporaryFolder(), 'out');
    await mkdir(folder);
    const program = `import sys,tarfile
for m in (t:=tarfile.open(sys.argv[1])):
    open(sys.argv[2]+'/'+m.name,'wb').write(t.extractfile(m).read())`;
    execFileSync('python3', ['-c', program, await write(), folder]);
    expect(await differing(folder)).toEqual([]);
  });
});
