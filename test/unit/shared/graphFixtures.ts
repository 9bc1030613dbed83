import { createHash } from 'node:crypto';
import {
  parseChainId,
  parseDiffId,
  parseDigest,
  parseImageId,
  type ChainId,
  type Digest,
  type DiffId,
  type ImageId,
} from '../../../shared/image/digest';
import { chainIds, type ConfigHistory, type ImageConfig } from '../../../shared/image/imageConfig';
import { mediaType } from '../../../shared/image/mediaType';
import type { GraphImage, GraphInput, GraphRoot } from '../../../shared/graph/buildGraph';
import type { Closures } from '../../../shared/graph/holders';

/** The lower-case hex sha256 of a text. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Digests that are named by a word, so that tests can speak of "the base layer". */
export const digestOf = (word: string): Digest => parseDigest(`sha256:${sha256(word)}`);
export const imageIdOf = (word: string): ImageId => parseImageId(digestOf(word));
/** `a'` is another stored form of `a`. */
export const diffIdOf = (word: string): DiffId => parseDiffId(digestOf(`diff ${word.replace(/'$/, '')}`));

/** Chain ID of a chain of named layers, from the base up. */
export const chainIdOf = (...layers: readonly string[]): ChainId =>
  parseChainId(chainIds(layers.map(diffIdOf), sha256).at(-1));

/** A store in a few words: layers are names, images are counted from 0. */
export interface StoreSpec {
  readonly images: readonly ImageSpec[];
  readonly roots: readonly { readonly name: string | null; readonly images: readonly number[] }[];
  /** Bytes of layer blobs by name; 100 where left out. */
  readonly sizes?: Readonly<Record<string, number>>;
}

export interface ImageSpec {
  readonly layers: readonly string[];
  readonly history?: readonly ConfigHistory[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly os?: string;
  readonly architecture?: string;
  readonly created?: string | null;
}

/** A history step that made a layer, or with `empty` one that made none. */
export const step = (createdBy: string, empty = false): ConfigHistory => ({
  createdBy,
  created: null,
  author: '',
  comment: '',
  empty,
});

/** Bytes of each image's config, of each manifest and of an index of several platforms. */
export const documentBytes = { config: 11, manifest: 13, index: 17 } as const;

/** A config as the parser makes it, of a spec. */
export function configOf(spec: ImageSpec): ImageConfig {
  return {
    created: spec.created ?? null,
    author: '',
    comment: '',
    os: spec.os ?? 'linux',
    architecture: spec.architecture ?? 'amd64',
    variant: '',
    dockerVersion: '',
    diffIds: spec.layers.map(diffIdOf),
    history: spec.history ?? spec.layers.map((layer) => step(`RUN ${layer}`)),
    runtime: {
      env: [],
      cmd: [],
      entrypoint: [],
      workingDir: '',
      user: '',
      labels: spec.labels ?? {},
      ports: [],
      volumes: [],
      stopSignal: '',
      healthcheck: [],
    },
    document: {},
  };
}

/** The input of `buildGraph` for a spec: a root of one image is its manifest, of several an index over them. */
export function storeOf(spec: StoreSpec): GraphInput {
  const sizeOf = (layer: string): number => spec.sizes?.[layer] ?? 100;
  const images = spec.images.map((image, n): GraphImage => {
    const config = configOf(image);
    return {
      id: imageIdOf(`image ${n}`),
      manifest: digestOf(`manifest ${n}`),
      config,
      chainIds: chainIds(config.diffIds, sha256),
      layers: image.layers.map((layer) => ({
        blob: {
          digest: digestOf(`blob ${layer}`),
          size: sizeOf(layer),
          mediaType: mediaType.ociLayerGzip,
          compression: 'gzip',
        },
        diffId: diffIdOf(layer),
        tarSize: sizeOf(layer) * 2,
      })),
    };
  });
  const roots = spec.roots.map(({ name, images: members }): GraphRoot => {
    const blobs = new Map<Digest, number>();
    const reached = members.flatMap((n) => images[n] ?? []);
    for (const image of reached) {
      blobs.set(image.id, documentBytes.config);
      blobs.set(image.manifest, documentBytes.manifest);
      for (const { blob } of image.layers) blobs.set(blob.digest, blob.size);
    }
    const single = reached.length === 1 ? reached[0] : undefined;
    const digest = single?.manifest ?? digestOf(`index ${members.join()}`);
    const size = single ? documentBytes.manifest : documentBytes.index;
    blobs.set(digest, size);
    return { digest, size, name, blobs, images: reached };
  });
  return { revision: 'r', roots };
}

/** What each root of an input needs. */
export const closuresOf = (input: GraphInput): Closures =>
  new Map(input.roots.map(({ digest, blobs }) => [digest, blobs]));
