import { parseDiffId, parseDigest, parseImageId, type Digest } from '../../shared/image/digest';
import type { GraphImage, GraphRoot } from '../../shared/graph/buildGraph';
import type { LayerBlob } from '../../shared/graph/imageGraph';
import { chainIds, parseImageConfig } from '../../shared/image/imageConfig';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { sha256 } from '../../electron/store/sha256';

/** Stores in which layers have several forms, indexes have several platforms and images several manifests, by chance. */

export type Chance = (below: number) => number;

/** Numbers by chance, the same for the same seed. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const digest = (text: string): Digest => parseDigest(`sha256:${sha256(text)}`);
const forms = ['none', 'gzip', 'zstd'] as const;

interface Made {
  readonly image: GraphImage;
  readonly blobs: ReadonlyMap<Digest, number>;
}

function makeImage(chance: Chance, number: number, diffs: readonly number[], lacking: boolean): Made {
  const diffIds = diffs.map((diff) => parseDiffId(`sha256:${sha256(`diff ${diff}`)}`));
  const document = {
    architecture: ['amd64', 'arm64', 's390x'][number % 3],
    os: 'linux',
    author: `image ${number}`,
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const bytes = Buffer.from(JSON.stringify(document));
  const id = parseImageId(`sha256:${sha256(bytes)}`);
  const config = parseImageConfig(bytes, storedOrigin(id));
  const layers = diffs.map((diff, i) => {
    const form = forms[chance(3)] ?? 'none';
    const blob: LayerBlob = {
      digest: digest(`${diff} ${form}`),
      size: 1000 * (diff + 1) + forms.indexOf(form),
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      compression: form,
      ...(lacking && form === 'none' && diff % 3 === 0
        ? { missing: { urls: ['https://example.org/'] } }
        : {}),
    };
    return { blob, diffId: diffIds[i] as (typeof diffIds)[number], tarSize: null };
  });
  const manifest = digest(`manifest ${id} ${layers.map(({ blob }) => blob.digest).join()}`);
  const blobs = new Map<Digest, number>(
    layers.flatMap(({ blob }) => (blob.missing ? [] : [[blob.digest, blob.size]])),
  );
  blobs.set(id, bytes.length).set(manifest, 300 + number);
  return { image: { id, manifest, config, chainIds: chainIds(config.diffIds, sha256), layers }, blobs };
}

/** The roots of a store of chance; `lacking`: some forms were left where they came from. */
export function makeRoots(seed: number, lacking = false): readonly GraphRoot[] {
  const chance = chanceOf(seed);
  const chains: number[][] = [];
  const roots: GraphRoot[] = [];
  for (let i = 0; i < 3 + chance(6); i++) {
    // Some go on where another ends, some have the same layers in other forms, some the same layer twice.
    const base = chains[chance(chains.length + 1)] ?? [];
    const chain = [
      ...base,
      ...Array.from({ length: chance(3) + (base.length > 0 ? 0 : 1) }, () => chance(6)),
    ];
    chains.push(chain);
    const number = chance(2) === 0 ? i : 100;
    const several = chance(3) === 0 ? 2 + chance(2) : 1;
    const made = Array.from({ length: several }, (_, at) =>
      makeImage(chance, number + at * 7, chain, lacking),
    );
    const blobs = new Map(made.flatMap((each) => [...each.blobs]));
    let root = made[0]?.image.manifest as Digest;
    if (several > 1) {
      root = digest(`index ${made.map(({ image }) => image.manifest).join()}`);
      blobs.set(root, 700).set(digest(`attestation ${i}`), 900);
    }
    const names = chance(4) === 0 ? [null] : [`rig/${i}:1`, ...(chance(3) === 0 ? [`rig/${i}:2`] : [])];
    for (const name of names)
      roots.push({ digest: root, size: 300, name, blobs, images: made.map(({ image }) => image) });
  }
  return roots;
}

/** Bytes of blobs that the roots of an image need, but for what is of other images of an index alone. */
export function neededBy(roots: readonly GraphRoot[], id: string): ReadonlyMap<Digest, number> {
  const found = new Map<Digest, number>();
  for (const { blobs, images } of roots.filter((root) => root.images.some((image) => image.id === id))) {
    const of = (all: readonly GraphImage[]): ReadonlySet<string> =>
      new Set(
        all.flatMap((image) => [image.id, image.manifest, ...image.layers.map(({ blob }) => blob.digest)]),
      );
    const [own, all] = [of(images.filter((image) => image.id === id)), of(images)];
    for (const [each, size] of blobs) if (own.has(each) || !all.has(each)) found.set(each, size);
  }
  return found;
}
