import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCommand } from '../setup/callCommand';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { must } from '../setup/run';
import { openStore } from '../setup/temporary';
import { openBench, type Bench } from './bench';
import { enginePeers, type EnginePeer } from './enginePeers';
import { peerSuite } from './peers';

/** `copy` between all kinds of places, with a real Docker and a real Podman among them: the image is one and the same everywhere. */

const command = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');
const forms = [
  ['docker-archive', 'docker-archive'],
  ['oci-archive', 'oci-archive'],
  ['oci-dir', 'oci'],
] as const;

const [docker, podman] = enginePeers;
if (!docker || !podman) throw new Error('two engines');

peerSuite(
  'copies between places',
  [...docker.commands, ...podman.commands, 'skopeo'],
  () => {
    let bench: Bench;
    const peers: EnginePeer[] = [];
    beforeAll(async () => {
      bench = await openBench();
      for (const kind of [docker, podman]) peers.push(await kind.start(bench));
    }, 240_000);
    afterAll(async () => {
      for (const peer of peers) await peer.stop();
      await (bench as Bench | undefined)?.close();
    }, 120_000);

    test('go round all of them with the same image ID', { timeout: 240_000 }, async () => {
      const context = await openStore();
      await context.close();
      const store = context.directory;
      const call = async (...words: string[]): Promise<void> => {
        const { code, err } = await callCommand(store, words);
        expect([words.join(' '), code, err]).toEqual([words.join(' '), 0, err]);
      };
      const archive = bench.path('in.tar');
      await writeFile(
        archive,
        dockerArchive([
          {
            names: ['round/trip:1'],
            layers: [1, 2].map((n) => ({ files: [{ path: `f${n}`, content: noise(2000, n) }] })),
          },
          { names: ['round/other:1'], layers: [{ files: [{ path: 'g', content: 'g' }] }] },
        ]),
      );
      const [first, second] = peers.map(({ host }) => host);
      const idIn = async (peer: EnginePeer | undefined, name: string): Promise<string> =>
        (await peer?.command('image', 'inspect', '--format', '{{.Id}}', name))
          ?.trim()
          .replace(/^sha256:/, '') ?? '';
      const name = 'docker.io/round/trip:1';
      // An archive to Docker, from there to Podman, to a layout, to the store, and to an archive that skopeo reads.
      await call('copy', '--source', archive, 'round/trip:1', first ?? '');
      const id = await idIn(peers[0], name);
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      await call('copy', '--source', first ?? '', 'round/trip:1', second ?? '');
      expect(await idIn(peers[1], name)).toBe(id);
      await call('copy', '--source', second ?? '', 'round/trip:1', bench.path('podman.tar'));
      await call('copy', '--format', 'oci-dir', bench.path('podman.tar'), bench.path('layout'));
      await call('copy', bench.path('layout'), 'store');
      await call('copy', '--format', 'oci-archive', 'round/trip:1', bench.path('out.tar'));
      const config = await must('skopeo', [
        'inspect',
        '--raw',
        `oci-archive:${bench.path('out.tar')}:round/trip:1`,
      ]);
      expect((JSON.parse(config) as { config: { digest: string } }).config.digest).toBe(`sha256:${id}`);
      expect((await callCommand(store, ['images', '-q', '--no-trunc'])).out).toBe(`sha256:${id}\n`);
    });

    test('go from an engine in every form, and of one platform', { timeout: 240_000 }, async () => {
      const none = bench.path('no-store');
      const cli = (...words: string[]): Promise<string> =>
        must(process.execPath, [command, '--store', none, 'copy', ...words]);
      for (const [i, { host }] of peers.entries()) {
        const from = ['--source', host ?? '', 'round/trip:1'];
        for (const [form, transport] of forms) {
          const out = bench.path(`engine-${i}.${form}`);
          await cli('--format', form, ...from, out);
          const raw = await must('skopeo', ['inspect', '--config', `${transport}:${out}`]);
          expect((JSON.parse(raw) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids).toHaveLength(2);
        }
        const { architecture } = JSON.parse(
          await must('skopeo', ['inspect', '--config', `oci:${bench.path(`engine-${i}.oci-dir`)}`]),
        ) as { architecture: string };
        await cli('--platform', `linux/${architecture}`, ...from, bench.path(`platform-${i}.tar`));
        await cli(...from, bench.path(`plain-${i}.tar`));
      }
      expect(existsSync(none)).toBe(false);
    });
  },
  docker.obstacle ?? podman.obstacle,
);
