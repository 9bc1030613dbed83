import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { readable } from '../../../electron/cli/readableJson';
import { hostArchitecture } from '../../../electron/system/hostArchitecture';
import { buildImage, ociArchive, type BuiltLayer, type ImageSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { findCommand, run } from '../../setup/run';
import { load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';
import { fails, ok, place, root, stratigraph, useCommandLine } from './cliTools';

useCommandLine();

const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

const spec: ImageSpec = {
  names: ['doc:1'],
  config: { Labels: { b: '<x>', a: 'é' } },
  layers: [
    {
      files: [
        { path: 'big', content: 'x'.repeat(3000) },
        { path: 'dir/one', content: 'y'.repeat(2000) },
        { path: 'dir/two', type: 'hardlink', linkTarget: 'dir/one' },
        { path: 'dir/deep/three', content: 'z'.repeat(500) },
        { path: 'dir/link', type: 'symlink', linkTarget: 'one' },
      ],
    },
    { gzip: true, files: [{ path: 'dir/one', content: 'new' }] },
  ],
};
const built = buildImage(spec);

async function loaded(): Promise<void> {
  const archive = join(await temporaryFolder(), 'doc.tar');
  await writeFile(archive, ociArchive([spec]));
  await ok('load', '-q', '-i', archive);
}

test('manifest, config --raw and blob print the bytes whose digest is theirs', async () => {
  await loaded();
  expect(sha(await ok('manifest', 'doc:1'))).toBe(built.manifestDigest);
  expect(sha(await ok('config', '--raw', 'doc:1'))).toBe(built.id);
  expect(JSON.parse(await ok('config', 'doc:1'))).toEqual(JSON.parse(await ok('config', '--raw', 'doc:1')));
  expect(sha(await ok('blob', built.manifestDigest))).toBe(built.manifestDigest);
  const gzipped = built.layers[1] as BuiltLayer;
  const document = JSON.parse(await ok('--json', 'blob', gzipped.digest.slice(7, 19))) as {
    contents: string;
  };
  expect(Buffer.from(document.contents, 'base64')).toEqual(gzipped.blob);
  const { stdout } = await run('sh', [
    '-c',
    `"$0" "$1" --store "$2" blob "$3" | sha256sum`,
    process.execPath,
    join(root, 'scripts', 'stratigraph.mjs'),
    place.store,
    gzipped.digest,
  ]);
  expect(`sha256:${stdout.slice(0, 64)}`).toBe(gzipped.digest);
  expect(await fails(1, 'blob', 'f'.repeat(64))).toContain('no blob');
  expect(await fails(1, 'blob', 'doc:1')).toContain('no blob');
});

test('a blob that has changed is said at its end', async () => {
  await loaded();
  const { digest, blob } = built.layers[0] as BuiltLayer;
  const path = join(place.store, 'blobs', 'sha256', digest.slice(7));
  await run('chmod', ['u+w', path]);
  const changed = Buffer.from(blob);
  changed[600] = (changed[600] ?? 0) ^ 1;
  await writeFile(path, changed);
  const { code, stderr } = await stratigraph('blob', digest);
  expect([code, stderr.includes('bytes')]).toEqual([1, true]);
});

test('manifest of a name for several platforms is their index, with --platform that of one', async () => {
  const platforms = ['amd64', 'arm64'].map((architecture) => ({
    os: 'linux',
    architecture,
    layers: [{ files: [{ path: 'p', content: architecture }] }],
  }));
  const { archive, index } = indexedLayout('multi:1', platforms);
  const file = join(await temporaryFolder(), 'multi.tar');
  await writeFile(file, archive);
  await ok('load', '-q', '-i', file);
  expect(sha(await ok('manifest', 'multi:1'))).toBe(index.digest);
  expect(sha(await ok('manifest', index.digest))).toBe(index.digest);
  for (const platform of platforms) {
    const { manifestDigest, id } = buildImage(platform);
    expect(sha(await ok('manifest', id))).toBe(manifestDigest);
    expect(sha(await ok('manifest', '--platform', `linux/${platform.architecture}`, 'multi:1'))).toBe(
      manifestDigest,
    );
    expect(sha(await ok('manifest', manifestDigest))).toBe(manifestDigest);
  }
});

describe('save of a name for several platforms', () => {
  const platforms = ['amd64', 'arm64', 's390x'].map((architecture) => ({
    os: 'linux',
    architecture,
    layers: [{ files: [{ path: 'p', content: architecture }] }],
  }));
  const { archive, index, ids } = indexedLayout('multi:1', platforms);
  const here = `linux/${hostArchitecture}`;
  const others = Object.keys(ids).filter((platform) => platform !== here);

  async function saved(...words: string[]): Promise<{ readonly file: string; readonly stderr: string }> {
    const file = join(await temporaryFolder(), 'out.tar');
    const { code, stderr } = await stratigraph('save', '-o', file, ...words, 'multi:1');
    expect(code, stderr).toBe(0);
    return { file, stderr };
  }
  /** Platforms in an archive, by another store that loads it. */
  async function held(file: string): Promise<readonly string[]> {
    const fresh = await openStore();
    await load(fresh, file);
    return (await readStoreView(fresh)).graph.images.map(({ id }) => id).sort();
  }

  test('says which ones a docker-archive leaves out; an OCI form keeps all', async () => {
    await ok('load', '-q', '-i', await temporaryFile(archive));
    const docker = await saved();
    for (const platform of [...others, here, 'oci-archive', '--platform'])
      expect(docker.stderr).toContain(platform);
    expect(await held(docker.file)).toEqual([ids[here]]);
    for (const format of ['oci-archive', 'oci-dir']) {
      const oci = await saved('--format', format);
      expect(oci.stderr).not.toContain(others[0]);
      expect(await held(oci.file)).toEqual(Object.values(ids).sort());
    }
    const { stderr } = await stratigraph('save', '-n', 'multi:1');
    expect(stderr).toContain(others[0]);
    // By every ID nothing is left out, and none of them was asked for with the name.
    const all = await stratigraph('save', '-n', ...Object.values(ids));
    expect(all.stderr).toBe('');
    const oci = await stratigraph('save', '-n', '--format', 'oci-archive', ...Object.values(ids));
    expect(oci.stderr).toBe('');
  });

  test('writes the one that --platform names in every form, and it alone', async () => {
    await ok('load', '-q', '-i', await temporaryFile(archive));
    for (const format of ['docker-archive', 'oci-archive', 'oci-dir'])
      for (const platform of ['linux/arm64', 'linux/s390x']) {
        const { file, stderr } = await saved('--format', format, '--platform', platform);
        expect(stderr).not.toContain('left out');
        expect(await held(file)).toEqual([ids[platform]]);
      }
    const away = join(await temporaryFolder(), 'no.tar');
    expect(await fails(1, 'save', '-o', away, '--platform', 'linux/mips', 'multi:1')).toContain('linux/mips');
    expect(await fails(1, 'save', '-o', away, '--platform', 'arm', 'multi:1')).toContain('linux/arm');
    await fails(2, 'save', '-o', away, '--platform', 'linux/', 'multi:1');
    expect(index.digest).toBe(sha(await ok('manifest', 'multi:1')));
  });
});

test('du lists what a folder comes to, largest first, several names once', async () => {
  await loaded();
  expect(await ok('du', '-b', 'doc:1')).toBe(
    ['5503   /', '3000   /big', '2503   /dir/'].map((line) => `${line}\n`).join(''),
  );
  expect(await ok('du', '-b', 'doc:1', '/dir')).toBe(
    ['2503   /dir/', '2000   /dir/two', '500    /dir/deep/', '3      /dir/one']
      .map((line) => `${line}\n`)
      .join(''),
  );
  expect(await ok('du', '-b', 'doc:1@1', 'dir')).toContain('2500   /dir/\n');
  expect(await ok('du', '-b', '-d', '0', 'doc:1@2')).toBe('3   /\n');
  expect(await fails(1, 'du', 'doc:1', '/none')).toContain('/none');
  expect(await fails(2, 'du', '-d', 'x', 'doc:1')).toContain('depth');
});

test('du agrees with du(1) of the same tree', async () => {
  if (findCommand('du') === null) throw new Error('coreutils are missing');
  await loaded();
  const folder = await temporaryFolder();
  await ok('export', '-o', join(folder, 'out.tar'), 'doc:1');
  await run('sh', ['-c', 'mkdir "$0/x" && tar -C "$0/x" -xf "$0/out.tar"', folder]);
  const { stdout } = await run('sh', [
    '-c',
    // Directories themselves have no contents in an image.
    'cd "$0/x" && find . -type f -printf "%i %s\\n" | sort -u | awk \'{ s += $2 } END { print s }\'',
    folder,
  ]);
  expect((await ok('du', '-b', '-d', '0', 'doc:1')).split(' ')[0]).toBe(stdout.trim());
});

test('JSON is set out for reading with its tokens as they are', () => {
  for (const value of [{}, [], { a: [], b: {}, c: [1, { d: 'x\n"y' }] }, 'text', 3, [[[]]], [[], [1]]])
    expect(readable(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  expect(readable('{"n":9223372036854775807,"f":1.10,"e":"\\u00e9"}')).toBe(
    '{\n  "n": 9223372036854775807,\n  "f": 1.10,\n  "e": "\\u00e9"\n}',
  );
});
