import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPathWord, refuseTransport } from '../../../electron/cli/place';
import { loadCommand } from '../../../electron/cli/commands';
import type { Session } from '../../../electron/cli/command';
import { parseOptions, UsageFault } from '../../../electron/cli/parser';
import { translator } from '../../../shared/text/catalogue';
import { callCommand } from '../../setup/callCommand';
import { startFakeEngine } from '../../setup/fakeEngine';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { openStore, storeOf, temporaryFolder } from '../../setup/temporary';

/** Words for places on the command line. */

test.each([
  ['store', false],
  ['docker', false],
  ['podman-2', false],
  ['Docker', false],
  ['dockr', false],
  ['unix:///run/docker.sock', false],
  ['tcp://127.0.0.1:2375', false],
  ['./podman', true],
  ['out.tar', true],
  ['folder/', true],
  ['/tmp/none/out', true],
  ['/run/none/podman.sock', false],
])('%s is a path: %s', (word, isPath) => {
  expect(isPathWord(word)).toBe(isPath);
});

// The transports of containers-transports(5).
test.each([
  'containers-storage:shop:1',
  'dir:out',
  'docker://registry.example/shop:1',
  'docker-archive:out.tar',
  'docker-daemon:shop:1',
  'oci:out:tag',
  'oci-archive:out.tar:tag',
])('%s is no target: the sentence names the path', async (word) => {
  expect(() => refuseTransport(word)).toThrow();
  const store = await storeOf(
    dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  const before = await readdir('.');
  await expect(callCommand(store.directory, ['copy', 'shop:1', word])).rejects.toThrow('wrong usage');
  expect(await readdir('.')).toEqual(before);
});

test('a mistyped engine is no file', async () => {
  const store = await storeOf(
    dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  for (const word of ['dockr', 'foo:2']) {
    const { code, err } = await callCommand(store.directory, ['copy', 'shop:1', word]);
    expect(code).toBe(1);
    expect(err).toContain(word);
    expect(err).toContain('./');
    expect(existsSync(word)).toBe(false);
  }
  const odd = join(await temporaryFolder(), 'dir:out.tar');
  await writeFile(odd, '');
  expect(() => refuseTransport(odd)).not.toThrow();
});

/** A store with one image, and what a command on it says where it fails. */
async function refusing(...words: string[]): Promise<string> {
  const store = await storeOf(
    dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  const { code, err, problem } = await callCommand(store.directory, words);
  expect([words.join(' '), code]).toEqual([words.join(' '), problem === 'transport-word' ? 2 : 1]);
  return err;
}

/** What is wrong with the words of a command. */
async function misused(...words: string[]): Promise<string> {
  const store = await storeOf(
    dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  const command = await loadCommand(words[0] ?? '');
  if (!command) throw new Error('no command');
  const session = {
    json: false,
    language: 'en',
    context: () => openStore(store.directory),
  } as unknown as Session;
  const thrown: unknown = await command.execute(session, parseOptions(words.slice(1), command.options)).then(
    () => null,
    (fault: unknown) => fault,
  );
  if (!(thrown instanceof UsageFault)) throw new Error(`no usage fault but ${String(thrown)}`);
  return thrown.say(translator('en'));
}

test('words of other tools that are to be copied name copy', async () => {
  expect(await refusing('copy', 'docker://x', 'store')).toContain('and that file copied');
  expect(await refusing('copy', 'docker-daemon:x:1', 'store')).toContain('copy --source docker x:1 TO');
  expect(await refusing('copy', 'oci:L', './out.tar')).toContain('copy L TO');
  expect(await refusing('copy', 'oci:L:a', './out.tar')).toContain('copy --source L a TO');
  expect(await refusing('copy', 'oci-archive:./a.tar:5.36', './out.tar')).toContain(
    'copy --source ./a.tar 5.36 TO',
  );
});

test('an image that is not there is not one that is there already', async () => {
  expect(await refusing('copy', 'nothing', 'store')).toContain('No image is called nothing');
  expect(await misused('copy', 'shop:1', 'store')).toContain('there already');
});

test('a place where an image belongs, and a path where an engine does, name the way', async () => {
  expect(await misused('copy', 'store', './x.tar')).toContain('copy --source store IMG TO');
  expect(await misused('copy', 'docker', './x.tar')).toContain('copy --source docker IMG TO');
  const tar = join(await temporaryFolder(), 'in.tar');
  for (const path of ['./none.tar', tar, 'folder/']) {
    expect(await misused('load', '--from', path, 'shop:1')).toContain(`load -i ${path}`);
    expect(await misused('load', '--from', path)).toContain(`copy --source ${path} IMG store`);
    expect(await misused('save', '--to', path, 'shop:1')).toContain(`save -o ${path}`);
  }
});

test('a path with the name of an image behind it names the way', async () => {
  const folder = await temporaryFolder();
  expect(await misused('copy', `${folder}:5.36`, './x.tar')).toContain(`copy --source ${folder} 5.36 TO`);
  expect(await misused('copy', `${folder}:a/b:1`, './x.tar')).toContain(`copy --source ${folder} a/b:1 TO`);
  expect(await refusing('copy', `${folder}-none:5.36`, './x.tar')).toMatch(/^There is no file/);
});

test('how something is written is for a path alone', async () => {
  for (const option of [
    ['--format', 'oci-dir'],
    ['--compress', 'gzip'],
    ['--except', 'shop:1'],
  ])
    for (const to of ['store', 'docker', 'LAYOUT'])
      expect(await misused('copy', ...option, 'shop:1', to)).toContain(`./${to}`);
});

test('what begins as a path on a line of copy is completed with files', async () => {
  const store = await storeOf(dockerArchive([{ names: ['shop:1'], layers: [{ files: [] }] }]));
  const offered = async (...line: readonly string[]): Promise<unknown> => {
    const words = ['--json', 'completion', 'paths', '--', String(line.length), 'stratigraph', ...line];
    return (JSON.parse((await callCommand(store.directory, words)).out) as { kind: string }).kind;
  };
  for (const word of ['./on', '../on', '/on', '~/on', './'])
    for (const before of [[], ['shop:1'], ['-q', 'shop:1']])
      expect([word, await offered('copy', ...before, word)]).toEqual([word, 'files']);
  expect(await offered('copy', 'sh')).toBe('other');
});

test('what is looked at and is no image is told as something that is read', async () => {
  const folder = await temporaryFolder();
  const junk = join(folder, 'junk');
  await writeFile(junk, 'junk\n');
  await mkdir(join(folder, 'empty'));
  for (const path of [junk, join(folder, 'empty')]) {
    expect(await refusing('copy', path, 'store')).toContain('Nothing was changed. Images are read from');
    expect(await refusing('load', '-i', path)).toContain('Your store is unchanged. Load');
  }
});

test('copy writes as save does: compressed, without what is there, and says beforehand what it would', async () => {
  const store = await storeOf(
    dockerArchive([
      { names: ['base:1'], layers: [{ files: [{ path: 'a', content: noise(9000) }] }] },
      {
        names: ['shop:1'],
        layers: [{ files: [{ path: 'a', content: noise(9000) }] }, { files: [{ path: 'b', content: 'b' }] }],
      },
    ]),
  );
  const folder = await temporaryFolder();
  const call = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await callCommand(store.directory, words);
    expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, err]);
    return out + err;
  };
  const [first, second] = [join(folder, 'copy.tar'), join(folder, 'save.tar')];
  const how = ['--format', 'oci-archive', '--compress', 'zstd', '--except', 'base:1'];
  expect(await call('copy', '-n', ...how, 'shop:1', first)).toContain('1 layer; 1 layer');
  expect(existsSync(first)).toBe(false);
  expect(await call('copy', ...how, '-q', 'shop:1', first)).toBe('shop:1\n');
  expect(await call('save', ...how, '-q', '-o', second, 'shop:1')).toBe('shop:1\n');
  expect((await readFile(first)).equals(await readFile(second))).toBe(true);
  // The same of what is looked at.
  await call('save', '-o', join(folder, 'in.tar'), 'shop:1', 'base:1');
  await call('copy', '--source', join(folder, 'in.tar'), ...how, 'shop:1', join(folder, 'third.tar'));
  expect((await readFile(join(folder, 'third.tar'))).equals(await readFile(second))).toBe(true);
  expect(await call('copy', '-q', join(folder, 'in.tar'), 'store')).toBe('base:1\nshop:1\n');
});

test('images of the engine behind --from are completed on a line of load, and files without it', async () => {
  const id = `sha256:${'a'.repeat(64)}`;
  const engine = await startFakeEngine({
    'GET /images/json': { json: [{ Id: id, RepoTags: ['shop:1', 'base:2'] }] },
    [`GET /images/${id}/json`]: {
      json: { Id: id, RootFS: { Layers: [`sha256:${'b'.repeat(64)}`] }, Size: 5 },
    },
    [`GET /images/${id}/history`]: { json: [] },
  });
  const store = await storeOf(dockerArchive([{ names: ['own:1'], layers: [{ files: [] }] }]));
  const offered = async (...line: readonly string[]): Promise<unknown> => {
    const words = ['--json', 'completion', 'paths', '--', String(line.length), 'stratigraph', ...line];
    return JSON.parse((await callCommand(store.directory, words)).out);
  };
  try {
    const from = `unix://${engine.path}`;
    for (const line of [
      ['--from', from],
      [`--from=${from}`, '-q'],
    ])
      expect(await offered('load', ...line, 'sh'), line.join(' ')).toEqual({
        kind: 'paths',
        words: ['shop:1'],
      });
    expect(await offered('load', 'sh')).toEqual({ kind: 'files', words: [] });
    expect(await offered('load', '-q', '')).toEqual({ kind: 'files', words: [] });
  } finally {
    await engine.close();
  }
});
