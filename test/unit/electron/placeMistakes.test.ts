import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostArchitecture } from '../../../electron/system/hostArchitecture';
import { dockerArchive } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';
import { commandLine } from './scripts';

/** Words for places: mistakes in them, what is offered for them, and what is said of what there is, over processes of their own. */

const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };

/** A command line in a folder of its own, with a list of places of its own. */
async function inFolder() {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'shop.tar'), dockerArchive([image]));
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_RUNTIME_DIR: folder,
    DOCKER_HOST: `unix://${folder}/none.sock`,
    CONTAINER_HOST: undefined,
    STRATIGRAPH_STORE: join(folder, 'store'),
    STRATIGRAPH_WORKER: undefined,
    LC_ALL: 'C.UTF-8',
  };
  const say = (...words: string[]) => run(process.execPath, [commandLine, ...words], { cwd: folder, env });
  return { folder, say };
}

test('one mistake has one exit code: words of other tools and of registries are wrong usage wherever a place is named', async () => {
  const { say } = await inFolder();
  expect((await say('load', '-q', 'shop.tar')).code).toBe(0);
  for (const words of [
    ['copy', 'shop.tar', 'oci:out'],
    ['copy', 'docker-archive:shop.tar', 'store'],
    ['load', 'oci-archive:shop.tar'],
    ['images', '--source', 'oci:out'],
    ['save', '--to', 'docker-daemon:x', 'shop:1'],
  ]) {
    const { code, stderr } = await say(...words);
    expect([code, words, stderr]).toEqual([2, words, expect.stringMatching(/^stratigraph: /)]);
  }
  for (const word of [
    'docker://127.0.0.1:5000/x:1',
    'registry.example:5000/app:1',
    '127.0.0.1:5000/deep/x',
    'localhost/x:1',
    'ghcr.io/org/app',
    `quay.io/a/b@sha256:${'a'.repeat(64)}`,
  ])
    for (const words of [
      ['copy', 'shop.tar', word],
      ['copy', 'shop:1', word],
      ['save', '--to', word, 'shop:1'],
      ['images', '--source', word],
    ]) {
      const { code, stderr } = await say(...words);
      expect([code, words, stderr]).toEqual([
        2,
        words,
        expect.stringContaining('a registry is no place yet'),
      ]);
      expect(stderr).toContain(`docker://${word.replace('docker://', '')};`);
    }
  // Paths stay paths.
  for (const word of ['v1.0/out.tar', './ghcr.io/app', 'gone/x.tar', 'a.b.io/out.tar']) {
    const { code, stderr } = await say('copy', 'shop.tar', word);
    expect([code, stderr]).toEqual([1, expect.stringContaining('folder')]);
  }
});

test('who names a place that is not there hears of all that are, as sources lists them', async () => {
  const { folder, say } = await inFolder();
  await say('sources', 'add', 'shop.tar');
  const { sources } = { sources: (JSON.parse((await say('--json', 'sources')).stdout) as unknown[]).length };
  expect(sources).toBeGreaterThan(1);
  for (const words of [
    ['images', '--source', 'nope'],
    ['sources', 'add', 'nope'],
    ['copy', 'shop.tar', 'nope'],
  ]) {
    const { code, stderr } = await say(...words);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`store, docker`)]);
    expect(stderr).toContain(join(folder, 'shop.tar'));
  }
});

test('a name of several platforms is offered once, by whatever asks', async () => {
  const { folder, say } = await inFolder();
  const { archive } = indexedLayout(
    'mp:1',
    [hostArchitecture, 's390x', 'riscv64'].map((architecture) => ({
      architecture,
      layers: [{ files: [{ path: architecture }] }],
    })),
  );
  await writeFile(join(folder, 'mp.tar'), archive);
  expect((await say('load', '-q', 'mp.tar')).code).toBe(0);
  expect((await say('completion', 'names')).stdout.split('\n')).toEqual(['mp:1', '']);
  for (const line of [
    ['cp', 'mp'],
    ['images', '--source', 'mp.tar', 'mp'],
    ['inspect', '--source', 'mp.tar', 'mp'],
    ['copy', '--source', 'mp.tar', 'mp'],
  ]) {
    const words = ['stratigraph', ...line];
    const { stdout } = await say('completion', 'paths', '--', String(words.length - 1), ...words);
    expect([line, stdout.split('\0').filter((each) => each.startsWith('mp:1'))]).toEqual([
      line,
      [line[0] === 'cp' ? 'mp:1:' : 'mp:1'],
    ]);
  }
});

test('a document names what was written by the path that was given', async () => {
  const { folder, say } = await inFolder();
  await say('load', '-q', 'shop.tar');
  for (const words of [
    ['copy', 'shop:1', './a.tar'],
    ['copy', 'shop:1', join(folder, 'b.tar')],
    ['copy', '--format', 'oci-dir', 'shop:1', './c'],
    ['copy', '--source', 'shop.tar', 'shop:1', './d.tar'],
    ['save', '-o', './e.tar', 'shop:1'],
    ['export', '-o', './f.tar', 'shop:1'],
  ]) {
    const { stdout, stderr } = await say('--json', ...words);
    const file = words.find((word) => /^\.?\//.test(word));
    expect([words, stderr, JSON.parse(stdout)]).toEqual([words, '', expect.objectContaining({ file })]);
  }
});

test('df of a place that is looked at has rows for what such a place can have', async () => {
  const { say } = await inFolder();
  await say('load', '-q', 'shop.tar');
  const kinds = async (...words: string[]) =>
    (JSON.parse((await say('--json', 'df', ...words)).stdout) as { rows: { kind: string }[] }).rows.map(
      ({ kind }) => kind,
    );
  expect(await kinds('--source', 'shop.tar')).toEqual(['images']);
  expect(await kinds()).toEqual(['images', 'workspaces', 'unpacked', 'indexes', 'unreached']);
  expect(
    (await say('df', '--source', 'shop.tar')).stdout.split('\n').map((line) => line.split(' ')[0]),
  ).toEqual(['TYPE', 'Images', 'Total', '']);
});
