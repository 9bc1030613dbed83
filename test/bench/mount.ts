import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { wideImage, writeWideArchive } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import { ours, printTimes, seconds } from '../setup/benchTools';
import { startDockerEngine } from '../setup/dockerEngine';
import { findCommand, must, run } from '../setup/run';

/**
 * From an archive to a mounted root filesystem, beside docker, podman and umoci: each into an empty store of its own, in
 * turns, the median of three. We are measured as the command line, start-up included. Needs root, as the peers do. A peer
 * that is not installed is left out, and a line says so.
 */
const rounds = 3;
const root = process.cwd();
const work = benchFolder();
const image = wideImage;

interface Tool {
  readonly name: string;
  readonly mount: (archive: string) => Promise<unknown>;
  /** Unmounts and empties the store. */
  readonly clear: () => Promise<unknown>;
}

async function tools(): Promise<{ readonly list: readonly Tool[]; readonly close: () => Promise<void> }> {
  const own = [join(root, 'scripts', 'stratigraph.mjs'), '--store', join(work, 'store')];
  const cli = (...args: string[]): Promise<string> => must(process.execPath, [...own, ...args]);
  const list: Tool[] = [
    {
      name: ours,
      mount: async (path) => {
        await cli('load', '-q', '-i', path);
        await cli('mount', image);
      },
      clear: async () => {
        await cli('umount', '-a');
        rmSync(join(work, 'store'), { recursive: true, force: true });
      },
    },
  ];
  const { engine, reason } = await startDockerEngine();
  if (engine)
    list.push({
      name: `docker ${engine.version}`,
      mount: async (path) => {
        await engine.docker(['load', '-q', '-i', path]);
        await engine.docker(['create', '--name', 'bench', image, 'x']);
      },
      clear: async () => {
        await engine.docker(['rm', '-f', 'bench']);
        await engine.docker(['rmi', '-f', image]);
      },
    });
  else console.log(`Without docker: ${reason}.`);
  const podman = findCommand('podman');
  if (podman !== null) {
    const place = ['--root', join(work, 'podman'), '--runroot', join(work, 'podman-run')];
    const options = [...place, '--storage-driver', 'overlay'];
    list.push({
      name: 'podman',
      mount: async (path) => {
        await must(podman, [...options, 'load', '-q', '-i', path]);
        await must(podman, [...options, 'image', 'mount', image]);
      },
      clear: async () => {
        await must(podman, [...options, 'image', 'umount', '-f', image]);
        await run(podman, [...options, 'rmi', '-af']);
      },
    });
  } else console.log('Without podman: not installed.');
  const skopeo = findCommand('skopeo');
  const umoci = findCommand('umoci');
  if (skopeo !== null && umoci !== null) {
    const layout = join(work, 'layout');
    const bundle = join(work, 'bundle');
    list.push({
      name: 'skopeo copy, umoci unpack',
      mount: async (path) => {
        await must(skopeo, ['copy', '-q', '--insecure-policy', `docker-archive:${path}`, `oci:${layout}:it`]);
        await must(umoci, ['unpack', '--image', `${layout}:it`, bundle]);
      },
      clear: () => {
        for (const path of [layout, bundle]) rmSync(path, { recursive: true, force: true });
        return Promise.resolve();
      },
    });
  } else console.log('Without umoci: it or skopeo is not installed.');
  return { list, close: () => engine?.stop() ?? Promise.resolve() };
}

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('This bench needs root: its peers do.');
  const { list, close } = await tools();
  try {
    const path = join(work, 'image.tar');
    writeWideArchive(path);
    const times = new Map<string, number[]>(list.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const { name, mount, clear } of list) {
        times.get(name)?.push(await seconds(() => mount(path)));
        await clear();
      }
    const size = formatBytes(statSync(path).size);
    printTimes(`Archive of ${size}, 70,005 files, to a mounted root filesystem, median of ${rounds}`, times);
  } finally {
    await close();
  }
}

runBench(work, main);
