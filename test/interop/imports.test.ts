import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportRootfs } from '../../electron/actions/copy/exportRootfs';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { dockerArchive, type ImageSpec, type TarMember } from '../setup/imageBuilder';
import { randomLayer, seeded } from '../setup/randomLayers';
import { quietRun } from '../setup/temporary';
import { openBench, type Bench, type TestStore } from './bench';
import { peerSuite } from './peers';
import { openPodman, type PodmanEngine } from './podmanEngine';

/** What `export` writes is what Docker and Podman import: they take no tarball that names something twice. */

const folder = (path: string): TarMember => ({ path, type: 'directory', mode: 0o755, mtime: 7 });
const file = (path: string, content = path): TarMember => ({ path, content, mtime: 5 });

/** Folders of the base that later layers enter, take away and close. */
const shop: ImageSpec = {
  names: ['shop:1'],
  layers: [
    {
      files: [
        folder('etc'),
        file('etc/a'),
        folder('srv'),
        file('srv/x'),
        folder('usr/bin'),
        file('usr/bin/tool'),
      ],
    },
    { files: [file('etc/b'), { path: 'usr/bin', type: 'directory', mode: 0o555 }, file('usr/bin/other')] },
    {
      files: [
        file('srv/.wh.x', ''),
        file('srv/y'),
        file('etc/d'),
        { path: 'etc/c', type: 'hardlink', linkTarget: 'etc/d' },
      ],
    },
  ],
};
const random = seeded(20_261_129);
const others = Array.from({ length: 4 }, (_, i): ImageSpec => ({
  names: [`random:${i}`],
  layers: Array.from({ length: 3 }, () => ({ files: randomLayer(random) })),
}));

/** Exports each image that has a tree. */
async function tarballs(bench: Bench, store: TestStore): Promise<readonly string[]> {
  const found: string[] = [];
  for (const spec of [shop, ...others]) {
    const archive = bench.path('in.tar');
    await writeFile(archive, dockerArchive([spec]));
    if (
      !(await store.load(archive).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const { graph } = await store.view();
    const target = bench.path(`out-${found.length}.tar`);
    const image = resolveImage(graph, spec.names?.[0] ?? '').image.id;
    if (
      await exportRootfs(store.context, { image }, target, quietRun()).then(
        () => true,
        () => false,
      )
    )
      found.push(target);
  }
  return found;
}

peerSuite(
  'Exported tarballs in a real Docker engine',
  ['docker'],
  () => {
    let bench: Bench;
    let engine: DockerEngine | null = null;
    beforeAll(async () => {
      bench = await openBench();
      engine = await openDockerEngine();
    });
    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });
    test('are imported', async () => {
      const files = await tarballs(bench, await bench.store());
      expect(files.length).toBeGreaterThan(1);
      for (const target of files) expect(await engine?.docker(['import', target])).toMatch(/^sha256:/);
    });
  },
  dockerEngineObstacle(),
);

peerSuite('Exported tarballs in Podman', ['podman'], () => {
  let bench: Bench;
  let engine: PodmanEngine;
  beforeAll(async () => {
    bench = await openBench();
    engine = await openPodman(bench.path('podman'));
  });
  afterAll(() => bench.close());
  test('are imported', async () => {
    for (const target of await tarballs(bench, await bench.store()))
      expect((await engine.tryPodman('import', '-q', target)).stderr).not.toContain('duplicates');
  });
});
