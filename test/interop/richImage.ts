import { createHash } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../setup/run';

/** Name of the image that {@link writeRichImage} makes. */
export const richName = 'registry.example:5000/team/deep/rich:2.0-rc.1_x';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const longFolder = `opt/${'long-folder-name/'.repeat(12)}`;

/** Lets a step run in an empty folder and packs what it made with the machine's own tar. */
async function pack(
  folder: string,
  name: string,
  fill: (root: string) => Promise<void>,
): Promise<Uint8Array> {
  const root = join(folder, name);
  await mkdir(root, { recursive: true });
  await fill(root);
  const file = join(folder, `${name}.tar`);
  await must('tar', ['--format=pax', '--sort=name', '--numeric-owner', '-C', root, '-cf', file, '.']);
  return readFile(file);
}

/**
 * Writes a docker-archive, made by GNU tar and not by us, of an image that has what the samples have not: hard links,
 * symlinks, a FIFO, setuid and sticky bits, long and non-ASCII names, deletions, an opaque folder, a folder that becomes
 * a file, a layer without entries of its own, and history steps without a layer.
 */
export async function writeRichImage(scratch: string, target: string): Promise<void> {
  const folder = join(scratch, 'rich');
  await mkdir(folder, { recursive: true });
  const layers = [
    await pack(folder, 'base', async (root) => {
      for (const path of ['bin', 'etc/conf.d', 'var/cache/old', 'tmp', 'turns/into', longFolder])
        await mkdir(join(root, path), { recursive: true });
      await writeFile(join(root, 'bin/tool'), 'x'.repeat(70_000));
      await chmod(join(root, 'bin/tool'), 0o4755);
      await chmod(join(root, 'tmp'), 0o1777);
      await link(join(root, 'bin/tool'), join(root, 'bin/tool-2'));
      await symlink('tool', join(root, 'bin/sh'));
      await symlink('/bin/nowhere', join(root, 'bin/dangling'));
      await writeFile(join(root, 'etc/conf.d/a'), 'a\n');
      await writeFile(join(root, 'etc/conf.d/b'), 'b\n');
      await writeFile(join(root, 'etc/empty'), '');
      await writeFile(join(root, 'etc/Größe – 文件.txt'), 'text\n');
      await writeFile(join(root, `${longFolder}file`), 'deep\n');
      await writeFile(join(root, 'var/cache/old/one'), '1');
      await writeFile(join(root, 'turns/into/file'), 'gone later');
      await utimes(join(root, 'etc/empty'), 1_500_000_000.25, 1_500_000_000.25);
      await must('mkfifo', [join(root, 'etc/pipe')]);
    }),
    await pack(folder, 'changes', async (root) => {
      for (const path of ['etc/conf.d', 'var/cache']) await mkdir(join(root, path), { recursive: true });
      await writeFile(join(root, 'etc/conf.d/.wh.a'), '');
      await writeFile(join(root, 'etc/conf.d/c'), 'c\n');
      await writeFile(join(root, 'var/cache/.wh..wh..opq'), '');
      await writeFile(join(root, 'var/cache/new'), 'new');
      await writeFile(join(root, 'turns'), 'a folder before');
    }),
    // Two zero blocks and nothing else, as some builders write a step that changed nothing.
    new Uint8Array(1024),
    await pack(folder, 'back', async (root) => {
      await mkdir(join(root, 'etc/conf.d'), { recursive: true });
      await writeFile(join(root, 'etc/conf.d/a'), 'a again\n');
      await writeFile(join(root, 'bin-marker'), '');
      await chmod(join(root, 'bin-marker'), 0o600);
    }),
  ];
  const created = '2024-02-29T23:59:59.123456789Z';
  const step = (text: string, empty = false): object => ({
    created,
    created_by: text,
    comment: empty ? '' : 'buildkit.dockerfile.v0',
    ...(empty ? { empty_layer: true } : {}),
  });
  const config = JSON.stringify({
    created,
    architecture: 'amd64',
    os: 'linux',
    config: {
      Env: ['PATH=/bin', 'QUOTED=a "b" <c> & d'],
      Entrypoint: ['/bin/tool'],
      Labels: { 'com.example.text': 'größer' },
    },
    rootfs: { type: 'layers', diff_ids: layers.map((tar) => `sha256:${sha256(tar)}`) },
    history: [
      step('ADD base.tar / # buildkit'),
      step('ENV QUOTED=a "b" <c> & d', true),
      step('RUN /bin/sh -c rm /etc/conf.d/a && echo changed'),
      step('RUN /bin/sh -c true'),
      step('COPY a /etc/conf.d/ # buildkit'),
      step('ENTRYPOINT ["/bin/tool"]', true),
    ],
  });
  const out = join(folder, 'archive');
  await mkdir(out, { recursive: true });
  const configName = `${sha256(Buffer.from(config))}.json`;
  await writeFile(join(out, configName), config);
  for (const [i, tar] of layers.entries()) await writeFile(join(out, `${i}.tar`), tar);
  const names = layers.map((_, i) => `${i}.tar`);
  const manifest = [{ Config: configName, RepoTags: [richName], Layers: names }];
  await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest));
  await must('tar', ['-C', out, '-cf', target, 'manifest.json', configName, ...names]);
  await rm(folder, { recursive: true, force: true });
}
