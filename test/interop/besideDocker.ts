import { writeFile } from 'node:fs/promises';
import { openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { dockerArchive, type ImageSpec } from '../setup/imageBuilder';
import { openBench, type Bench, type TestStore } from './bench';

/** Our store and a real Docker engine, each with the same images. */
export interface BesideDocker {
  readonly bench: Bench;
  readonly store: TestStore;
  readonly engine: DockerEngine;
  /** Ends the engine and removes all files. */
  close(): Promise<void>;
}

/** Opens both: the engine starts while the store takes the images. */
export async function openBesideDocker(images: readonly ImageSpec[]): Promise<BesideDocker> {
  const bench = await openBench();
  const starting = openDockerEngine();
  const close = async (): Promise<void> => {
    await starting.then(
      (engine) => engine.stop(),
      () => undefined,
    );
    await bench.close();
  };
  try {
    const archive = bench.path('images.tar');
    await writeFile(archive, dockerArchive(images));
    const store = await bench.store();
    await store.load(archive);
    const engine = await starting;
    await engine.docker(['load', '-q', '-i', archive]);
    return { bench, store, engine, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
