import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/format';
import { ours, printTimes, seconds } from '../setup/benchTools';
import { startDockerEngine } from '../setup/dockerEngine';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { findCommand, must, run } from '../setup/run';

/**
 * Loading and saving, beside docker, podman and skopeo: the same archive, each tool into an empty store of its own, in
 * turns, the median of three. We are measured as the command line, start-up included. Peers that are not installed, or
 * cannot run here, are left out, and a line says so.
 */
const rounds = 3;
const root = process.cwd();
const work = mkdtempSync(join(tmpdir(), 'stratigraph-bench-'));
const cli = [join(root, 'scripts', 'stratigraph.mjs'), '--store', join(work, 'store')];

interface Tool {
  readonly name: string;
  /** Empties the store. */
  readonly clear: () => Promise<unknown>;
  readonly load: (archive: string) => Promise<unknown>;
  /** Saves the one image. */
  readonly save: ((target: string) => Promise<unknown>) | null;
}

const image = 'bench/image:1';

function archives(): readonly { readonly title: string; readonly path: string }[] {
  const write = (name: string, bytes: Buffer): string => {
    const path = join(work, name);
    writeFileSync(path, bytes);
    return path;
  };
  const random = (megabytes: number): Buffer => randomFillSync(Buffer.alloc(megabytes << 20));
  const large = [200, 60, 20, 8].map((size, i) => ({
    files: [{ path: `layer-${i}.bin`, content: random(size) }],
  }));
  const many = Array.from({ length: 4 }, (_, layer) => ({
    files: Array.from({ length: 5000 }, (_, i) => ({
      path: `usr/lib/part-${layer}/folder-${i % 100}/file-${i}.js`,
      content: noise(700 + (i % 900), layer * 5000 + i),
    })),
  }));
  const spec = (layers: typeof large) =>
    dockerArchive([{ names: [image], created: '2026-11-01T00:00:00Z', layers }]);
  return [
    { title: 'four large layers', path: write('large.tar', spec(large)) },
    { title: '20,000 small files', path: write('many.tar', spec(many)) },
  ];
}

async function tools(): Promise<{ readonly list: readonly Tool[]; readonly close: () => Promise<void> }> {
  const list: Tool[] = [
    {
      name: ours,
      clear: () => Promise.resolve(rmSync(join(work, 'store'), { recursive: true, force: true })),
      load: (archive) => must(process.execPath, [...cli, 'load', '-q', '-i', archive]),
      save: (target) => must(process.execPath, [...cli, 'save', '-o', target, image]),
    },
  ];
  const skopeo = findCommand('skopeo');
  if (skopeo !== null) {
    const layout = join(work, 'skopeo');
    list.push({
      name: 'skopeo (to an OCI layout)',
      clear: () => Promise.resolve(rmSync(layout, { recursive: true, force: true })),
      load: (archive) =>
        must(skopeo, [
          'copy',
          '-q',
          '--insecure-policy',
          `docker-archive:${archive}`,
          `oci:${layout}:${image}`,
        ]),
      save: (target) =>
        must(skopeo, [
          'copy',
          '-q',
          '--insecure-policy',
          `oci:${layout}:${image}`,
          `docker-archive:${target}:${image}`,
        ]),
    });
  } else console.log('Without skopeo: not installed.');
  const { engine, reason } = await startDockerEngine();
  if (engine) {
    list.push({
      name: `docker ${engine.version}`,
      clear: () => engine.tryDocker(['rmi', '-f', image]),
      load: (archive) => engine.docker(['load', '-q', '-i', archive]),
      save: (target) => engine.docker(['save', '-o', target, image]),
    });
  } else console.log(`Without docker: ${reason}.`);
  const podman = findCommand('podman');
  const overlay = [
    '--root',
    join(work, 'podman'),
    '--runroot',
    join(work, 'podman-run'),
    '--storage-driver',
    'overlay',
  ];
  if (podman !== null && process.getuid?.() === 0) {
    list.push({
      name: 'podman',
      clear: () => run(podman, [...overlay, 'rmi', '-af']),
      load: (archive) => must(podman, [...overlay, 'load', '-q', '-i', archive]),
      save: (target) => must(podman, [...overlay, 'save', '-q', '-o', target, image]),
    });
  } else console.log('Without podman: not installed, or not root.');
  return { list, close: () => engine?.stop() ?? Promise.resolve() };
}

async function main(): Promise<void> {
  const { list, close } = await tools();
  try {
    for (const { title, path } of archives()) {
      const loads = new Map<string, number[]>(list.map(({ name }) => [name, []]));
      const saves = new Map<string, number[]>(list.map(({ name }) => [name, []]));
      for (let round = 0; round < rounds; round++) {
        for (const { name, clear, load, save } of list) {
          await clear();
          loads.get(name)?.push(await seconds(() => load(path)));
          if (!save) continue;
          const target = join(work, 'saved.tar');
          rmSync(target, { force: true });
          saves.get(name)?.push(await seconds(() => save(target)));
        }
      }
      const size = formatBytes(statSync(path).size);
      printTimes(`Load ${title}, docker-archive of ${size}, median of ${rounds}`, loads);
      printTimes(`Save it again as a docker-archive, median of ${rounds}`, saves);
    }
  } finally {
    await close();
  }
}

main()
  .catch((fault: unknown) => {
    console.error(fault);
    process.exitCode = 1;
  })
  .finally(() => rmSync(work, { recursive: true, force: true }));
