import { mountImage, unmountImage } from '../../electron/actions/trees/mounts';
import { parseImageId } from '../../shared/image/digest';
import type { DockerEngine } from '../setup/dockerEngine';
import { must } from '../setup/run';
import { quietRun } from '../setup/temporary';
import { factsOfDirectory, factsOfTar, type TreeFacts } from '../setup/treeFacts';
import type { Bench, TestStore } from './bench';

/** What an engine puts into every container that it creates. */
export const engineOwn =
  /^(?:\.dockerenv|(?:dev|proc|sys)(?:\/.*)?|etc|etc\/(?:hostname|hosts|mtab|resolv\.conf))$/;

/** The root file system of an image of our store, mounted. */
export async function ourTree(store: TestStore, name: string): Promise<TreeFacts> {
  const image = (await store.idsByName())[name];
  if (image === undefined) throw new Error(`no ${name}`);
  const what = { image: parseImageId(image), target: null, kept: false };
  const { id, path } = await mountImage(store.context, what, quietRun());
  const facts = factsOfDirectory(path, engineOwn);
  await unmountImage(store.context, id);
  return facts;
}

/** What a Docker engine exports of a container of an image that it has; `file` is written on the way. */
export async function dockerTree(engine: DockerEngine, name: string, file: string): Promise<TreeFacts> {
  const container = (await engine.docker(['create', name, 'x'])).trim();
  await engine.docker(['export', '-o', file, container]);
  await engine.docker(['rm', container]);
  return factsOfTar(file, engineOwn);
}

/** What Podman mounts of an image once it has loaded an archive. */
export async function podmanTree(bench: Bench, archive: string, name: string): Promise<TreeFacts> {
  const root = ['--root', bench.path('podman'), '--runroot', bench.path('podman-run')];
  await must('podman', [...root, '--storage-driver', 'overlay', 'load', '-q', '-i', archive]);
  const path = (await must('podman', [...root, 'image', 'mount', name])).trim();
  const facts = factsOfDirectory(path, engineOwn);
  await must('podman', [...root, 'image', 'umount', '-f', name]);
  await must('podman', [...root, 'rmi', '-af']);
  return facts;
}
