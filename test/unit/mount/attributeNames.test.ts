import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { seeded } from '../../setup/randomLayers';
import { openStore, problemFacts, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';

/** Names of extended attributes are bytes: what they are to Python in a folder they are in whatever is made of it. */

const run = quietRun();
const able = process.getuid?.() === 0 && spawnSync('python3', ['--version']).status === 0;

/** Attributes by path, all in hex. */
type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>;

const python = (script: string, ...words: string[]): string =>
  execFileSync('python3', ['-c', script, ...words], { encoding: 'utf8' });

const setAll = `
import json, os, sys
for path, attributes in json.loads(sys.argv[2]).items():
    for name, value in attributes.items():
        os.setxattr(os.path.join(sys.argv[1], path), bytes.fromhex(name), bytes.fromhex(value))
`;
const listAll = `
import json, os, sys
found = {}
for name in os.listdir(sys.argv[1]):
    at = os.path.join(sys.argv[1], name)
    all = [os.fsencode(each) for each in os.listxattr(at)]
    found[name] = {each.hex(): os.getxattr(at, each).hex() for each in all if each.startswith(b'user.')}
print(json.dumps(found))
`;
const readTar = `
import json, sys, tarfile
found = {}
raw = lambda text: text.encode('utf-8', 'surrogateescape')
for member in tarfile.open(sys.argv[1], encoding='utf-8', errors='surrogateescape'):
    name = member.name.removeprefix('./')
    if name in ('', '.'): continue
    records = {raw(key): raw(value) for key, value in member.pax_headers.items()}
    prefix = b'SCHILY.xattr.'
    found[name] = {key[len(prefix):].hex(): value.hex() for key, value in records.items() if key.startswith(prefix)}
print(json.dumps(found))
`;
const read = (script: string, path: string): Attributes => JSON.parse(python(script, path)) as Attributes;

/** Random names: text in several scripts, and bytes that are no text. Without a value engines take none (see `paxXattrs`). */
function randomAttributes(seed: number): Attributes {
  const random = seeded(seed);
  const byte = (): number => {
    const found = 1 + random(255);
    return found === 0x3d ? 0x3e : found;
  };
  const name = (): string => {
    const own =
      random(2) === 0
        ? Buffer.from(['é', 'naïve', '文件', '😀', 'a.b%3D', ' ', '€Š'][random(7)] ?? '')
        : Buffer.from(Array.from({ length: 1 + random(40) }, byte));
    return Buffer.concat([Buffer.from('user.'), own]).toString('hex');
  };
  const value = (): string =>
    Buffer.from(Array.from({ length: 1 + random(30) }, () => random(256))).toString('hex');
  const files = Array.from({ length: 8 }, (_, i): [string, Record<string, string>] => [
    `f${i}`,
    Object.fromEntries(Array.from({ length: random(5) }, () => [name(), value()])),
  ]);
  return Object.fromEntries(files);
}

function folderOf(at: string, attributes: Attributes): string {
  mkdirSync(at);
  for (const path of Object.keys(attributes)) writeFileSync(join(at, path), path);
  python(setAll, at, JSON.stringify(attributes));
  return at;
}

async function imported(store: TestStore, path: string, reference: string): Promise<ImageId> {
  const request = { path, reference, changes: [], message: '' };
  return parseImageId((await importRootfs(store, request, run)).id);
}

afterEach(() => vi.unstubAllEnvs());

test.runIf(able)(
  'stay what they are in mounts of both forms, in exports and in what is made of those',
  async () => {
    for (const seed of [1, Math.floor(Date.now() / 1000)]) {
      const folder = await temporaryFolder();
      const wanted = randomAttributes(seed);
      let source = folderOf(join(folder, 'tree'), wanted);
      for (const [turn, form] of ['files', 'erofs'].entries()) {
        const store = await openStore();
        const image = await imported(store, source, 'a:1');
        vi.stubEnv('STRATIGRAPH_LAYERS', form);
        const mount = await mountImage(store, { image, target: null, kept: false }, run);
        expect(read(listAll, mount.path), `seed ${seed}, ${form}`).toEqual(wanted);
        await unmountImage(store, mount.id);
        const target = join(folder, `out-${turn}.tar`);
        await exportRootfs(store, { image }, target, run);
        expect(read(readTar, target), `seed ${seed}, exported`).toEqual(wanted);
        source = target;
      }
    }
  },
);

test.runIf(able)(
  'with an equals sign are refused by name: pax would have another attribute of them',
  async () => {
    const store = await openStore();
    const folder = await temporaryFolder();
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    const source = folderOf(join(folder, 'tree'), {
      f: { [hex('user.a=b')]: hex('zz'), [hex('user.a')]: '' },
    });
    const refused = importRootfs(store, { path: source, reference: 'a:1', changes: [], message: '' }, run);
    expect(await problemFacts(refused, 'attribute-unwritable')).toEqual({
      path: '/f',
      attribute: 'user.a=b',
    });
  },
);
