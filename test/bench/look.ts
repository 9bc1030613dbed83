import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { millionImage, wideImage, writeMillionPaths, writeWideArchive } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import { measure, type Cost } from '../setup/benchMeasure';
import { ours, printCosts } from '../setup/benchTools';
import { findCommand, must } from '../setup/run';

/**
 * Looking into images that were looked into before, beside `podman image mount` and `tar` over the plain layers: in turns, the
 * median of five. We are measured as the command line, start-up included; `node` is what of it is Node's own. What we keep of an
 * image is made by a first call, which does not count. A peer that is not installed, or not root, is left out, and a line says so.
 */
const rounds = 5;
const work = benchFolder();

interface Look {
  readonly title: string;
  /** Commands by the name of their tool, ours first. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
  /** Undoes what the tools did, uncounted. */
  readonly after?: () => Promise<unknown>;
}

const program = [process.execPath, join(process.cwd(), 'scripts', 'stratigraph.mjs')];
const cli = (...args: string[]): string[] => [...program, '--store', join(work, 'store'), ...args];
const once = (words: readonly string[]): Promise<string> => must(words[0] ?? '', words.slice(1));

/** Loads an archive, and gives its layers as plain tars. */
async function load(name: string, write: (path: string) => void): Promise<readonly string[]> {
  const archive = join(work, `${name}.tar`);
  const layers = join(work, name);
  write(archive);
  await once(cli('load', '-q', '-i', archive));
  mkdirSync(layers);
  await must('tar', ['-xf', archive, '-C', layers]);
  if (name !== 'wide') rmSync(archive);
  return readdirSync(layers, { recursive: true })
    .map((path) => join(layers, String(path)))
    .filter((path) => path.endsWith('.tar'));
}

/** A command for each layer, one after another. */
const each = (layers: readonly string[], command: string): string[] => [
  'sh',
  '-c',
  `for layer; do ${command}; done`,
  'sh',
  ...layers,
];

async function mountAgain(archive: string): Promise<Look> {
  const tools = new Map([[ours, cli('mount', wideImage)]]);
  await once(cli('mount', wideImage));
  await once(cli('umount', '-a'));
  const podman = findCommand('podman');
  let unmount = (): Promise<unknown> => Promise.resolve();
  if (podman !== null && process.getuid?.() === 0) {
    const place = ['--root', join(work, 'podman'), '--runroot', join(work, 'podman-run')];
    const words = [podman, ...place, '--storage-driver', 'overlay'];
    await once([...words, 'load', '-q', '-i', archive]);
    tools.set('podman image mount', [...words, 'image', 'mount', wideImage]);
    unmount = () => once([...words, 'image', 'umount', '-f', wideImage]);
  } else console.log('Without podman: not installed, or not root.');
  const after = async (): Promise<void> => {
    await once(cli('umount', '-a'));
    await unmount();
  };
  return { title: 'mount of layers that are ready', tools, after };
}

async function looks(): Promise<readonly Look[]> {
  const wide = await load('wide', writeWideArchive);
  const file = 'usr/lib/part-2/folder-77/file-77.js';
  const [one = ''] = wide;
  const list = each(wide, 'tar -tf "$layer"');
  const seek = (pattern: string, layers: readonly string[]): string[] =>
    each(layers, `tar -tf "$layer" | grep -F ${pattern} || true`);
  const look = (title: string, own: readonly string[], peer: string, words: readonly string[]): Look => ({
    title,
    tools: new Map([[ours, own] as const, [peer, words] as const]),
  });
  const found: Look[] = [
    look('cat of one file', cli('cat', wideImage, `/${file}`), 'tar -xO', [
      ...each(wide, `tar -xOf "$layer" ${file} 2>/dev/null || true`),
    ]),
    look('ls of one directory', cli('ls', wideImage, '/usr/lib/part-2/folder-77'), 'tar -t, one layer', [
      ...['tar', '-tf', one],
    ]),
    look('ls -R', cli('ls', '-R', wideImage), 'tar -t', list),
    look('find', cli('find', 'file-777.js', wideImage), 'tar -t, grep', seek('file-777.js', wide)),
    { title: 'analyze', tools: new Map([[ours, cli('analyze', wideImage)]]) },
  ];
  if (process.getuid?.() === 0) found.push(await mountAgain(join(work, 'wide.tar')));
  const million = await load('million', writeMillionPaths);
  found.push(
    look(
      'find among a million paths',
      cli('find', 'file-777.js', millionImage),
      'tar -t, grep',
      seek('file-777.js', million),
    ),
  );
  return found;
}

async function main(): Promise<void> {
  const start: Look = {
    title: 'nothing: the start alone',
    tools: new Map([
      [ours, [...program, '--version']],
      ['node', [process.execPath, '-e', '0']],
    ]),
  };
  for (const { title, tools, after } of [start, ...(await looks())]) {
    const costs = new Map<string, Cost[]>([...tools.keys()].map((name) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const [name, words] of tools) {
        const cost = await measure(words);
        if (round >= 0) costs.get(name)?.push(cost);
      }
      await after?.();
    }
    printCosts(`${title}, median of ${rounds}`, costs);
  }
}

runBench(work, main);
