import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { measure, type Cost } from './benchMeasure';
import { ours } from './benchTools';
import { startDockerEngine } from './dockerEngine';
import { findCommand, must, run } from './run';

/** Which kind of archive is loaded; `docker-archive` where nothing is said. */
type ArchiveForm = 'docker-archive' | 'oci-archive';

/** A tool that loads and saves images, with a store of its own. */
export interface Peer {
  readonly name: string;
  /** Empties the store. */
  readonly clear: () => Promise<unknown>;
  readonly load: (archive: string, form?: ArchiveForm) => Promise<Cost>;
  /** Saves images by their names into a docker-archive. */
  readonly save: (target: string, images: readonly string[]) => Promise<Cost>;
  /** Lists all images; null where the tool has no such command. */
  readonly list: (() => Promise<Cost>) | null;
}

/**
 * Ourselves as the command line, start-up included, and the peers that can run here; a line says which cannot. Stores lie
 * in `work`. `close` ends what was started.
 */
export async function openPeers(
  work: string,
  wanted: readonly ('docker' | 'podman' | 'skopeo')[],
): Promise<{ readonly peers: readonly Peer[]; readonly close: () => Promise<void> }> {
  const peers: Peer[] = [stratigraph(join(work, 'store'))];
  let close = (): Promise<void> => Promise.resolve();
  if (wanted.includes('docker')) {
    const { engine, reason } = await startDockerEngine();
    if (engine) {
      close = () => engine.stop();
      const socket = engine.host.replace(/^unix:\/\//, '');
      const folder = dirname(socket);
      const daemon = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      const env = { DOCKER_HOST: engine.host, DOCKER_CONFIG: join(folder, 'client') };
      const docker = (...args: string[]): Promise<Cost> => measure(['docker', ...args], { daemon, env });
      peers.push({
        name: `docker ${engine.version}`,
        clear: async () => {
          const ids = (await engine.docker(['images', '-aq'])).split('\n').filter((id) => id !== '');
          if (ids.length > 0) await engine.tryDocker(['rmi', '-f', ...new Set(ids)]);
        },
        load: (archive) => docker('load', '-q', '-i', archive),
        save: (target, images) => docker('save', '-o', target, ...images),
        list: () => docker('images'),
      });
    } else console.log(`Without docker: ${reason}.`);
  }
  const podman = findCommand('podman');
  if (wanted.includes('podman') && podman !== null && process.getuid?.() === 0) {
    const place = ['--root', join(work, 'podman'), '--runroot', join(work, 'podman-run')];
    const words = [podman, ...place, '--storage-driver', 'overlay'];
    peers.push({
      name: 'podman',
      clear: () => run(podman, [...words.slice(1), 'rmi', '-af']),
      load: (archive) => measure([...words, 'load', '-q', '-i', archive]),
      save: (target, images) => measure([...words, 'save', '-q', '-m', '-o', target, ...images]),
      list: () => measure([...words, 'images']),
    });
  } else if (wanted.includes('podman')) console.log('Without podman: not installed, or not root.');
  const skopeo = findCommand('skopeo');
  if (wanted.includes('skopeo') && skopeo !== null) {
    const layout = join(work, 'skopeo');
    const copy = (from: string, to: string): Promise<Cost> =>
      measure([skopeo, 'copy', '-q', '--insecure-policy', from, to]);
    peers.push({
      name: 'skopeo (OCI layout)',
      clear: () => Promise.resolve(rmSync(layout, { recursive: true, force: true })),
      load: (archive, form = 'docker-archive') => copy(`${form}:${archive}`, `oci:${layout}:it`),
      save: (target, [image = '']) => copy(`oci:${layout}:it`, `docker-archive:${target}:${image}`),
      list: null,
    });
  } else if (wanted.includes('skopeo')) console.log('Without skopeo: not installed.');
  return { peers, close };
}

function stratigraph(store: string): Peer {
  const program = [process.execPath, join(process.cwd(), 'scripts', 'stratigraph.mjs')];
  const cli = (...args: string[]): Promise<Cost> => measure([...program, '--store', store, ...args]);
  return {
    name: ours,
    clear: () => Promise.resolve(rmSync(store, { recursive: true, force: true })),
    load: (archive) => cli('load', '-q', '-i', archive),
    save: (target, images) => cli('save', '-o', target, ...images),
    list: () => cli('images'),
  };
}

/** `sha256sum`, then `cp`: the least that reading, checking and keeping an archive can cost with common tools. */
export async function checksumAndCopy(archive: string, target: string): Promise<Cost> {
  const script = `sha256sum "$1" && cp "$1" "$2"`;
  const cost = await measure(['sh', '-c', script, 'sh', archive, target]);
  rmSync(target);
  return cost;
}

/** `cp` alone. */
export async function copy(archive: string, target: string): Promise<Cost> {
  const cost = await measure(['cp', archive, target]);
  rmSync(target);
  return cost;
}

/** Waits until what was written before is on disk, so that nobody pays for somebody else's writing. */
export async function settle(): Promise<void> {
  await must('sync', []);
}
