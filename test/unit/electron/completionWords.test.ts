import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { ociArchive } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { load, openStore, temporaryFolder } from '../../setup/temporary';
import { commandLine } from './scripts';

/**
 * Names of a store that came from elsewhere are words to a shell that completes them: nothing of them is run when Tab is pressed, nor
 * on the line that they are put on.
 */

const named = (ran: string): readonly string[] => [
  `sh$(touch ${ran}):1`,
  `sh\`touch ${ran}\`:1`,
  `sh;touch ${ran};:1`,
  `sh\${HOME}:1`,
  `sh *:1`,
  `sh'"\\:1`,
  `sh!~&|<>(){}[]#:1`,
];

test('what bash offers of odd names runs nothing, and is the name', async () => {
  const folder = await temporaryFolder();
  const ran = join(folder, 'ran');
  const names = named(ran);
  const store = await openStore();
  await load(store, ociArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]));
  await store.close();
  const index = join(store.directory, 'index.json');
  const { manifests, ...rest } = JSON.parse(await readFile(index, 'utf8')) as { manifests: [object] };
  const [root] = manifests;
  const all = [...names, 'sh\nsh2:1', 'sh\u001b[31m:1'].map((name) => ({
    ...root,
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  await writeFile(index, JSON.stringify({ ...rest, manifests: [root, ...all] }));
  const { out: script } = await callCommand(store.directory, ['completion', 'bash']);
  const program = `stratigraph() { ${process.execPath} ${commandLine} "$@"; }
${script}
cd ${folder}
COMP_WORDS=(stratigraph inspect sh); COMP_CWORD=2; COMP_LINE='stratigraph inspect sh'; COMP_POINT=\${#COMP_LINE}
_stratigraph
printf '%s\\n' "\${COMPREPLY[@]}"
echo =====
for each in "\${COMPREPLY[@]}"; do eval "set -- $each"; printf '%s|%s\\n' "$#" "$1"; done`;
  const { stdout } = await run('bash', ['--norc', '-c', program], {
    env: {
      STRATIGRAPH_STORE: store.directory,
      STRATIGRAPH_WORKER: undefined,
      LC_ALL: 'C.UTF-8',
      HOME: folder,
    },
  });
  expect(existsSync(ran)).toBe(false);
  const [, typed = ''] = stdout.split('=====\n');
  const offered = typed.split('\n').filter((line) => line !== '');
  expect(offered).toContain('1|shop:1');
  for (const name of names) expect(offered).toContain(`1|${name}`);
  expect(offered).toHaveLength(names.length + 1);
});

test('every filter that the help of a command lists is offered', async () => {
  const say = async (...words: string[]): Promise<string> =>
    (await run(process.execPath, [commandLine, ...words])).stdout;
  const script = await say('completion', 'bash');
  const help = await say('prune', '--help');
  const listing = await say('images', '--help');
  const listed = [...`${help}\n${listing}`.matchAll(/--filter FILTER .*/g)].join(' ').matchAll(/[a-z]+!?=/g);
  const names = [...listed].map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['until=', 'label!=', 'since=']));
  for (const command of ['images', 'prune']) {
    const offered = new RegExp(`'${command} --filter'.*values='(.*)'`).exec(script)?.[1]?.split(' ') ?? [];
    for (const name of names)
      expect(
        offered.some((value) => value.startsWith(name)),
        `${command} ${name}`,
      ).toBe(true);
  }
});

test('places are offered where they can be named: all to look at, engines to send to, what was added to take off the list', async () => {
  const folder = await temporaryFolder();
  const archive = join(folder, 'my shop.tar');
  await writeFile(
    archive,
    ociArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_RUNTIME_DIR: folder,
    DOCKER_HOST: `unix://${folder}/none.sock`,
    CONTAINER_HOST: undefined,
    LC_ALL: 'C.UTF-8',
  };
  const say = async (...words: string[]): Promise<string> =>
    (await run(process.execPath, [commandLine, ...words], { env })).stdout;
  await say('sources', 'add', archive);
  await say('sources', 'add', 'tcp://127.0.0.1:9');
  const words = async (kind: string): Promise<string[]> => (await say('completion', kind)).trim().split('\n');
  const engines = await words('engines');
  const [engine = ''] = engines.filter((word) => word.includes('127-0-0-1'));
  expect(engine).not.toBe('');
  expect(engines).toContain('docker');
  expect(await words('added')).toEqual([engine, archive]);
  expect((await words('sources')).sort()).toEqual(['store', ...engines, archive].sort());
  const script = await say('completion', 'bash');
  const program = `stratigraph() { ${process.execPath} ${commandLine} "$@"; }
${script}
COMP_WORDS=(stratigraph sources rm ''); COMP_CWORD=3; COMP_LINE='stratigraph sources rm '; COMP_POINT=\${#COMP_LINE}
_stratigraph
for each in "\${COMPREPLY[@]}"; do eval "set -- $each"; printf '%s|%s\\n' "$#" "$1"; done`;
  const { stdout } = await run('bash', ['--norc', '-c', program], { env });
  expect(stdout.trim().split('\n').sort()).toEqual([`1|${engine}`, `1|${archive}`].sort());
});
