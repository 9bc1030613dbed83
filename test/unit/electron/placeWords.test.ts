import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPathWord, refuseTransport } from '../../../electron/cli/place';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { storeOf, temporaryFolder } from '../../setup/temporary';

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
