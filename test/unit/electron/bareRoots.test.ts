import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refNameAnnotation } from '../../../shared/image/manifest';
import { callCommand } from '../../setup/callCommand';
import { blobPath, buildImage, ociMembers, writeMembers } from '../../setup/imageBuilder';
import { temporaryFolder } from '../../setup/temporary';

/** What a store holds and no list of images has: artifacts of any type, and folders of workspaces without a record. */

const oci = 'application/vnd.oci.image.manifest.v1+json';

/** A layout with an image and an artifact under each of the names. */
async function layout(
  names: readonly (string | null)[],
): Promise<{ directory: string; digests: readonly string[] }> {
  const image = buildImage({ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] });
  const directory = await writeMembers(await temporaryFolder(), ociMembers([image]));
  const put = async (bytes: string): Promise<{ digest: string; size: number }> => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await writeFile(join(directory, blobPath(digest)), bytes);
    return { digest, size: bytes.length };
  };
  const path = join(directory, 'index.json');
  const index = JSON.parse(await readFile(path, 'utf8')) as { manifests: object[] };
  const digests: string[] = [];
  for (const [i, name] of names.entries()) {
    const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...(await put(`{"i":${i}}`)) };
    const layers = [
      { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', ...(await put(`chart ${i}`)) },
    ];
    const chart = await put(JSON.stringify({ schemaVersion: 2, mediaType: oci, config, layers }));
    digests.push(chart.digest);
    const annotations = name === null ? {} : { annotations: { [refNameAnnotation]: name } };
    index.manifests.push({ mediaType: oci, ...chart, ...annotations });
  }
  await writeFile(path, JSON.stringify(index));
  return { directory, digests };
}

const digestsIn = async (directory: string): Promise<readonly string[]> =>
  (
    JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
  ).manifests.map(({ digest }) => digest);

describe('an artifact that is no image', () => {
  test('is removed by its digest, whole or short, and by its name, with its blobs', async () => {
    const { directory, digests } = await layout(['chart:1', 'Chart One', null]);
    const before = await callCommand(directory, ['images', '-q']);
    const [first = '', second = '', third = ''] = digests;
    const preview = await callCommand(directory, ['--json', 'rmi', '-n', first]);
    expect((JSON.parse(preview.out) as { freedBlobs: number }).freedBlobs).toBe(3);
    const words = [first, 'Chart One', third.slice(7, 19)];
    for (const [i, word] of words.entries()) {
      const { code, out } = await callCommand(directory, ['rmi', word]);
      expect([code, out], word).toEqual([0, expect.stringContaining([first, second, third][i] ?? '')]);
    }
    expect((await digestsIn(directory)).filter((digest) => digests.includes(digest))).toEqual([]);
    expect((await callCommand(directory, ['images', '-q'])).out).toBe(before.out);
    expect((await callCommand(directory, ['fsck'])).code).toBe(0);
  });

  test('loses its name alone where that is asked for', async () => {
    const { directory, digests } = await layout(['chart:1']);
    expect((await callCommand(directory, ['untag', 'chart:1'])).code).toBe(0);
    expect(await digestsIn(directory)).toEqual(expect.arrayContaining([...digests]));
    expect((await callCommand(directory, ['rmi', 'chart:1'])).problem).toBe('image-not-found');
  });
});

test('a folder of a workspace without a record is said, and removed', async () => {
  const { directory } = await layout([]);
  await callCommand(directory, ['tag', 'shop:1', 'shop:2']);
  await mkdir(join(directory, 'workspaces', 'lost', 'upper-1'), { recursive: true, mode: 0o700 });
  for (const words of [['workspace', 'ls'], ['fsck']]) {
    const { code, out, err } = await callCommand(directory, words);
    expect([code, out + err]).toEqual([1, expect.stringContaining('no workspace.json')]);
  }
  expect((await callCommand(directory, ['workspace', 'rm', 'lost'])).code).toBe(0);
  expect((await callCommand(directory, ['workspace', 'ls'])).code).toBe(0);
  expect((await callCommand(directory, ['workspace', 'rm', 'lost'])).problem).toBe('workspace-not-found');
});
