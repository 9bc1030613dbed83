import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildImage, dockerArchive, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { openStore, temporaryFile } from '../../setup/temporary';

/** What is looked at is called by its name, and not the store. */

const spec: ImageSpec = { names: ['shop:1'], layers: [{ files: [{ path: 'f', content: 'f' }] }] };
const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const nothing = 'f'.repeat(64);

test.each([
  ['docker-archive', dockerArchive],
  ['OCI archive', ociArchive],
])('the name of a place stands in what is said and printed of it: %s', async (_, archive) => {
  const path = await temporaryFile(archive([spec]), 'shop.tar');
  const store = await openStore();
  await store.close();
  const on = async (...words: readonly string[]) => {
    const all = [script, '--store', store.directory, ...words];
    const {
      code,
      stdout: out,
      stderr: err,
    } = await run(process.execPath, all, { env: { LC_ALL: 'C.UTF-8' } });
    return { code, out, err };
  };
  const graph = await on('--json', 'graph', '--source', path);
  expect(JSON.parse(graph.out)).toMatchObject({ source: { kind: 'opened', name: 'shop.tar' } });
  expect(JSON.parse((await on('--json', 'graph')).out)).toMatchObject({ source: { kind: 'store' } });
  const layer = buildImage(spec).layers[0]?.diffId ?? '';
  for (const words of [
    ['blob', '--source', path, `sha256:${nothing}`],
    ['blob', '--source', path, nothing.slice(0, 12)],
    ['blob', '--source', path, 'shop:1'],
    ['inspect', '--source', path, nothing],
    ['manifest', '--source', path, nothing],
    ['history', '--source', path, 'none:1'],
    ['ls', '--source', path, 'shop:1@9'],
    ['ls', '--source', path, `shop:1@${layer}`, '/none'],
    ['cat', '--source', path, 'shop:1', '/none'],
    ['save', '--source', path, 'none:1'],
    ['copy', '--source', path, 'none:1', './out.tar'],
  ]) {
    const { code, err } = await on(...words);
    expect([words[0], code], err).toEqual([words[0], 1]);
    expect(err, words.join(' ')).not.toMatch(/\b[Tt]he store (?:holds|has)|in the store|of the store/);
  }
  expect((await on('blob', '--source', path, nothing)).err).toContain('shop.tar holds no blob');
  expect((await on('blob', nothing)).err).toContain('The store holds no blob');
});
