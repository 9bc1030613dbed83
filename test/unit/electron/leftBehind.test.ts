import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { blobPath, buildImage, digestOf, ociMembers, tarOf, type BuiltImage } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** What a copy says of a name that named other images before, one or several platforms. */

const architectures = ['amd64', 'arm64', 's390x'] as const;
const images = architectures.map((architecture) =>
  buildImage({ architecture, layers: [{ files: [{ path: 'f', content: architecture }] }] }),
);
const note = /web:2 named (?:another image|other images) before, ([0-9a-f, ]+);/;

/** An OCI archive in which `web:2` names an index of these images. */
async function archiveOf(some: readonly BuiltImage[]): Promise<string> {
  const manifest = 'application/vnd.oci.image.manifest.v1+json';
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const inner = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    manifests: some.map(({ manifestDigest, manifest: { length } }) => ({
      mediaType: manifest,
      digest: manifestDigest,
      size: length,
      platform: {
        os: 'linux',
        architecture: architectures[images.findIndex((image) => image.manifestDigest === manifestDigest)],
      },
    })),
  });
  const annotations = { 'org.opencontainers.image.ref.name': 'web:2' };
  const root = { mediaType, digest: digestOf(inner), size: inner.length, annotations };
  const index = JSON.stringify({ schemaVersion: 2, manifests: [root] });
  const members = ociMembers(some).filter(({ path }) => path !== 'index.json');
  members.push({ path: blobPath(root.digest), content: inner }, { path: 'index.json', content: index });
  return temporaryFile(tarOf(members), 'some.tar');
}

async function freshStore(): Promise<string> {
  const context = await openStore();
  await context.close();
  return context.directory;
}

test.each(['store', 'layout'])('a name that leaves an image behind is said, of a %s', async (kind) => {
  const random = seeded(12);
  const [store, folder] = [await freshStore(), await temporaryFolder()];
  const target = kind === 'store' ? ['store'] : ['--format', 'oci-dir', join(folder, 'layout')];
  let named: ReadonlySet<BuiltImage> = new Set();
  let [moves, stays] = [0, 0];
  for (let i = 0; i < 16; i++) {
    const some = images.filter(() => random(3) > 0);
    if (some.length === 0) continue;
    // One platform of them, or all.
    const alone = random(2) === 0 ? some[random(some.length)] : undefined;
    const platform = alone ? ['--platform', `linux/${architectures[images.indexOf(alone)] ?? ''}`] : [];
    const now = new Set(alone ? [alone] : some);
    const left = [...named].filter((image) => !now.has(image)).map(({ id }) => id.slice(7, 19));
    const { code, out, err } = await callCommand(store, [
      'copy',
      ...platform,
      ...(kind === 'store' ? [] : target.slice(0, 2)),
      await archiveOf(some),
      ...target.slice(-1),
    ]);
    const said = note.exec(out + err)?.[1]?.split(', ') ?? [];
    expect([i, code, said.sort()]).toEqual([i, 0, left.sort()]);
    if (left.length > 0) moves++;
    else stays++;
    named = now;
  }
  expect(Math.min(moves, stays)).toBeGreaterThan(1);
});
