import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import { commandLine, runNode } from '../electron/scripts';

/**
 * An image that is mounted is not deleted, wherever the mount is: in a store that was moved meanwhile, and in the mount namespace of
 * another process. Whoever reads its files goes on.
 */

const image = { names: ['b:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] };

async function loaded(): Promise<string> {
  const store = join(await temporaryFolder(), 'store');
  const archive = await temporaryFile(dockerArchive([image]));
  const { code, err } = await callCommand(store, ['load', '-i', archive]);
  expect(code, err).toBe(0);
  return store;
}

test.runIf(process.getuid?.() === 0)('a store that was moved knows what is mounted in it', async () => {
  const store = await loaded();
  // A process of its own, which is gone: a mount that is kept has nobody.
  expect((await runNode([commandLine, '--store', store, 'mount', 'b:1'])).code).toBe(0);
  const moved = `${store}-moved`;
  await rename(store, moved);
  const { out } = await callCommand(moved, ['mount']);
  const path = /\S+-moved\/mounts\/mount-[0-9a-f]{12}/.exec(out)?.[0] ?? '';
  expect(path).not.toBe('');
  expect(await callCommand(moved, ['rmi', 'b:1'])).toMatchObject({ code: 1, problem: 'image-in-use' });
  expect(await readdir(path)).toEqual(['a']);
  expect((await callCommand(moved, ['umount', 'b:1'])).code).toBe(0);
  expect((await callCommand(moved, ['rmi', 'b:1'])).code).toBe(0);
  await rm(moved, { recursive: true });
});

test.runIf(process.getuid?.() === 0)('a mount in another mount namespace keeps its image', async () => {
  const store = await loaded();
  const target = await temporaryFolder();
  await mkdir(join(target, 'there'));
  const script = 'node "$0" --store "$1" mount b:1 "$2" && ls "$2" && echo ready && read -r line && ls "$2"';
  const child = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', script, commandLine, store, join(target, 'there')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => said, { timeout: 30_000 }).toContain('ready');
  expect((await callCommand(store, ['mount'])).out).not.toContain('there');
  expect(await callCommand(store, ['rmi', 'b:1'])).toMatchObject({ code: 1, problem: 'image-in-use' });
  expect((await callCommand(store, ['gc'])).code).toBe(0);
  const ended = once(child, 'exit');
  child.stdin.end('\n');
  expect((await ended)[0]).toBe(0);
  expect(said.trim().split('\n').slice(-3)).toEqual(['a', 'ready', 'a']);
  // With its namespace the mount is gone.
  expect((await callCommand(store, ['rmi', 'b:1'])).code).toBe(0);
});
