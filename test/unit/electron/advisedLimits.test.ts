import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { commandNames, loadCommand } from '../../../electron/cli/commands';
import { buildImage, ociArchive } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';
import { commandLine } from './scripts';

/** A sentence that advises `--limit` is followed to the letter: whatever command says it takes the option, and then does its work. */

const spec = {
  names: ['img:1', 'img:2'],
  layers: [{ files: [{ path: 'a', content: 'a' }] }],
};
const layer = buildImage(spec).layers[0]?.diffId ?? '';

/** How each command is called that reads an input. A command that is new and takes `--source` is missing here until somebody says how. */
const calls: Readonly<Record<string, readonly string[]>> = {
  load: ['load', '-i', 'IN'],
  copy: ['copy', '--source', 'IN', 'img:1', './OUT.tar'],
  sources: ['sources', 'add', 'IN'],
  save: ['save', '--source', 'IN', '-o', 'OUT.tar', 'img:1'],
  images: ['images', '--source', 'IN'],
  inspect: ['inspect', '--source', 'IN', 'img:1'],
  history: ['history', '--source', 'IN', 'img:1'],
  manifest: ['manifest', '--source', 'IN', 'img:1'],
  config: ['config', '--source', 'IN', 'img:1'],
  blob: ['blob', '--source', 'IN', layer],
  ls: ['ls', '--source', 'IN', 'img:1'],
  du: ['du', '--source', 'IN', 'img:1'],
  cp: ['cp', '--source', 'IN', 'img:1:/a', 'OUT'],
  cat: ['cat', '--source', 'IN', 'img:1', '/a'],
  find: ['find', '--source', 'IN', 'a'],
  diff: ['diff', '--source', 'IN', 'img:1', 'img:2'],
  analyze: ['analyze', '--source', 'IN', 'img:1'],
  secrets: ['secrets', '--source', 'IN', 'img:1'],
  duplicates: ['duplicates', '--source', 'IN'],
  graph: ['graph', '--json', '--source', 'IN'],
  tree: ['tree', '--source', 'IN'],
  dot: ['dot', '--source', 'IN'],
  short: ['short', '--source', 'IN'],
  df: ['df', '--source', 'IN'],
  // An archive has no names to change and nothing to remove: that is what they say.
  tag: ['tag', '--source', 'IN', 'img:1', 'img:3'],
  untag: ['untag', '--source', 'IN', 'img:1'],
  rmi: ['rmi', '--source', 'IN', 'img:1'],
};

test('every command that takes --source is called here', async () => {
  const taking: string[] = [];
  for (const name of commandNames)
    if ((await loadCommand(name))?.options.some(({ long }) => long === 'source')) taking.push(name);
  expect(Object.keys(calls)).toEqual(expect.arrayContaining(taking));
});

let archive: Buffer;
beforeAll(() => {
  archive = ociArchive([spec]);
});

test.each(Object.entries(calls))('%s takes what its own sentence advises', async (name, words) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'IN'), archive);
  const env = {
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    STRATIGRAPH_STORE: join(folder, 'store'),
    STRATIGRAPH_LIMITS: 'names=1',
    LC_ALL: 'C.UTF-8',
  };
  const call = (more: readonly string[]): ReturnType<typeof run> => {
    const given = words.map((word) => (word === 'IN' ? './IN' : word));
    return run(process.execPath, [commandLine, ...given, ...more], { env, cwd: folder });
  };
  const refused = await call([]);
  expect(refused.code).toBe(1);
  const advice = /--limit ([a-z-]+=\w+)/.exec(refused.stderr)?.[1];
  expect(advice === undefined, refused.stderr).toBe(['tag', 'untag', 'rmi'].includes(name));
  if (advice === undefined) return;
  const done = await call(['--limit', advice]);
  expect(done.stderr).not.toContain('--limit');
  expect(done.code, done.stderr).toBe(0);
});
