import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  previewEnginePrune,
  previewEngineRemoval,
  pruneEngineImages,
  removeEngineImages,
  type OpenEngine,
} from '../../electron/place/engine/engineImages';
import type { Run } from '../../electron/actions/ground/context';
import { addBytes } from '../../shared/image/bytes';
import type { ImageId } from '../../shared/image/digest';
import { problemOf } from '../../shared/image/problem';
import { dockerArchive, noise, type ImageSpec } from '../setup/imageBuilder';
import { must } from '../setup/run';
import { openBench, type Bench } from './bench';
import { enginePeers, openPeer, type EnginePeer } from './enginePeers';
import { peerSuite } from './peers';

/**
 * What a preview says of an engine's images is what the act does, with containers on some of them: the same images go, the same
 * is refused, and the engine holds fewer bytes by what was said; images that share layers, without names, with several.
 */

const quiet: Run = { signal: new AbortController().signal, report: () => undefined };
const rounds = 5;

let state = 20261129;
const next = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};
const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
const some = <T>(from: readonly T[]): T[] => from.filter(() => next(3) === 0);

const chains = [[0], [0, 1], [0, 1, 2], [3, 0], [3, 1], [4], [0, 2]];
const image = (n: number): ImageSpec => ({
  names: next(3) === 0 ? [] : Array.from({ length: 1 + next(2) }, (_, i) => `round/i${n}:${i}`),
  config: { Labels: { n: String(n) }, Cmd: ['/x'] },
  layers: pick(chains).map((seed) => ({
    files: [{ path: `f${seed}`, content: noise(900 + 70 * seed, seed) }],
  })),
});

for (const { title, commands, start, obstacle } of enginePeers) {
  peerSuite(
    `removals from a real ${title}`,
    commands,
    () => {
      let bench: Bench;
      let peer: EnginePeer;
      let open: OpenEngine;
      beforeAll(async () => {
        bench = await openBench();
        peer = await start(bench);
        open = await openPeer(peer);
      }, 180_000);
      afterAll(async () => {
        await (peer as EnginePeer | undefined)?.stop();
        await (bench as Bench | undefined)?.close();
      }, 120_000);

      /**
       * Bytes of files that the engine holds in layers: Docker's are those on disk (its `system df` leaves out what containers
       * alone hold), of Podman, whose driver here copies whole trees, we add up what its images hold.
       */
      const held = async (): Promise<number> => {
        if (peer.kind === 'podman') return (await open.view()).graph.storedBytes;
        const root = (await peer.command('info', '--format', '{{.DockerRootDir}}')).trim();
        const sizes = await must('find', [
          join(root, 'overlay2'),
          '-path',
          '*/diff/*',
          '-type',
          'f',
          '-printf',
          '%s\n',
        ]);
        return sizes.split('\n').reduce((sum, size) => sum + Number(size), 0);
      };
      const ids = async (): Promise<ImageId[]> => (await open.view()).graph.images.map(({ id }) => id);

      test('are what their previews said', { timeout: 500_000 }, async () => {
        let [removed, refused, pruned, kept] = [0, 0, 0, 0];
        for (let round = 0; round < rounds; round++) {
          const archive = bench.path(`${round}.tar`);
          await writeFile(archive, dockerArchive(Array.from({ length: 3 + next(5) }, (_, n) => image(n))));
          await peer.command('load', '-q', '-i', archive);
          for (const [n, id] of some(await ids()).entries())
            await peer.command('create', '--name', `c${n}`, '--network', 'none', id, '/x');
          for (let step = 0; step < 4; step++) {
            const { graph } = await open.view();
            if (graph.images.length === 0) break;
            const before = await held();
            const at = `${title}, round ${round}, step ${step}`;
            if (step === 3) {
              const preview = await previewEnginePrune(open);
              const going = preview.images.map(({ id }) => id);
              const result = await pruneEngineImages(open, quiet, { images: preview.images, untagged: [] });
              expect(result.freedBytes, at).toBe(preview.freedBytes);
              expect(before - (await held()), at).toBe(preview.freedBytes);
              expect([...result.removed].sort(), at).toEqual([...going].sort());
              pruned += going.length;
              continue;
            }
            const chosen = some(graph.images);
            const names = some(graph.images.flatMap((each) => (chosen.includes(each) ? [] : each.names)));
            const force = next(2) === 0;
            const selection = { images: chosen.map(({ id }) => id), names };
            const preview = await previewEngineRemoval(open, selection);
            const agreed = await previewEngineRemoval(open, selection, { force }).catch(
              (thrown: unknown) => problemOf(thrown).code,
            );
            const isHeld = preview.containers.length > 0;
            const result = await removeEngineImages(open, selection, { force }, quiet).catch(
              (thrown: unknown) => {
                expect(problemOf(thrown).code, at).toBe('engine-image-used');
                return null;
              },
            );
            const after = await ids();
            expect(agreed, at).toEqual(result === null ? 'engine-image-used' : preview);
            if (result === null) {
              expect(isHeld && !(force && peer.kind === 'docker'), at).toBe(true);
              expect([await held(), after.length], at).toEqual([before, graph.images.length]);
              refused++;
              continue;
            }
            expect(isHeld && !(force && peer.kind === 'docker'), at).toBe(false);
            expect(result.freedBytes, at).toBe(preview.freedBytes);
            expect(before - (await held()), at).toBe(preview.freedBytes);
            const going = preview.images.map(({ id }) => id);
            expect([...result.removed].sort(), at).toEqual([...going].sort());
            expect(
              after.filter((id) => going.includes(id)),
              at,
            ).toEqual([]);
            removed += going.length;
            kept = addBytes(kept, preview.keptBytes);
          }
          const containers = (await peer.command('ps', '-aq')).split('\n').filter((id) => id !== '');
          if (containers.length > 0) await peer.command('rm', '-f', ...containers);
          await peer.command('image', 'prune', '-af');
        }
        for (const count of [removed, refused, pruned, kept]) expect(count).toBeGreaterThan(0);
      });
    },
    obstacle,
  );
}
