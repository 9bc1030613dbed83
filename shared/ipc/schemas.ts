import { z } from 'zod';
import type { ChainId, DiffId, Digest, ImageId } from '../image/digest';
import { isDigest } from '../image/digest';
import type { Problem } from '../image/problem';
import { shownProblem } from './shownProblem';
import type {
  KeptFor,
  ContainerUse,
  HistoryStep,
  ImageGraph,
  ImageNode,
  LayerBlob,
  LayerNode,
  RemovalPreview,
} from '../graph/imageGraph';
import type { Together } from '../graph/together';
import type { OperationProgress, OperationResult, OperationState } from './operation';
import type { ImageDetail, LayerDetail } from './detail';
import { isSourceId, type SourceId, type SourceInfo } from './source';

/** Checks for everything that crosses between the processes; `contract.ts` puts them together. */

export const digest = z.custom<Digest>(isDigest, 'not a sha256 digest');
export const diffId = z.custom<DiffId>(isDigest, 'not a diff ID');
export const chainId = z.custom<ChainId>(isDigest, 'not a chain ID');
export const imageId = z.custom<ImageId>(isDigest, 'not an image ID');

/** Names for several platforms, each with the one that is written and those that are not. */
export const otherPlatforms = z.array(
  z.object({ name: z.string(), platform: z.string(), others: z.array(z.string()) }),
);

/** Bounded text without NUL: what a person may have typed or an image may carry. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((s) => !s.includes('\0'), 'NUL in text');
/** A reference as typed; its grammar is checked by `shared/image/reference.ts`. */
export const referenceText = text(512);
/** An opaque token that stands for a file chosen by the person; the window never sees a path. */
export const fileToken = z.string().regex(/^file-[0-9a-f]{32}$/);
/** Stands for a graph that is being read piece by piece. */
export const graphToken = z.string().regex(/^graph-[0-9]{1,12}$/);
/** A graph that can be read piece by piece. */
export const graphOffer = z.object({
  revision: z.string(),
  token: graphToken,
  pieces: z.number().int().positive(),
});
/** Images of an engine that cannot be read and are not in its graph: how many, and the first of them with why. */
export const leftOut = z.object({
  count: z.number().int().nonnegative(),
  first: z.array(z.object({ name: z.string(), problem: z.lazy(() => problem) })).max(20),
});
export const engineOffer = graphOffer.extend({ leftOut: leftOut.optional() });
/** A place of images: the store, or another by the ID that `sources.list` gives. */
export const sourceId = z.custom<SourceId>(isSourceId, 'not a source');
/** Where the images of a request are; the store where nothing is said. */
export const source = sourceId.default('store');
export const operationId = z.string().regex(/^op-[0-9a-f]{16}$/);
const bytes = z.number().int().nonnegative();
const iso = z.string().nullable();

/** A problem that goes to a page: what comes out of the check is fit to be shown there. */
export const problem = z
  .custom<Problem>((v) => typeof v === 'object' && v !== null && 'code' in v && 'facts' in v, 'not a problem')
  .transform(shownProblem);

export const historyStep = z.object({
  createdBy: z.string(),
  created: iso,
  author: z.string(),
  comment: z.string(),
  empty: z.boolean(),
}) satisfies z.ZodType<HistoryStep>;

export const layerBlob = z.object({
  digest,
  size: bytes,
  mediaType: z.string(),
  compression: z.enum(['none', 'gzip', 'zstd', 'xz', 'bzip2']).nullable(),
  missing: z.object({ urls: z.array(z.string()) }).optional(),
  encrypted: z.literal(true).optional(),
}) satisfies z.ZodType<LayerBlob>;

export const layerNode = z.object({
  chainId,
  parent: chainId.nullable(),
  diffId,
  blobs: z.array(layerBlob),
  size: bytes,
  tarSize: bytes.nullable(),
  brings: z.object({ path: z.string(), bytes }).optional(),
  createdBy: z.string(),
  comment: z.string(),
  author: z.string(),
  created: iso,
  emptySteps: z.array(historyStep),
  stepsDiffer: z.literal(true).optional(),
  imageCount: z.number().int().nonnegative(),
}) satisfies z.ZodType<LayerNode>;

const containerUse = z.object({
  name: z.string(),
  state: z.string(),
  active: z.boolean(),
}) satisfies z.ZodType<ContainerUse>;

export const imageNode = z.object({
  id: imageId,
  names: z.array(z.string()),
  manifests: z.array(digest),
  roots: z.array(digest),
  layers: z.array(chainId),
  top: chainId.nullable(),
  steps: z
    .record(
      chainId,
      z.object({ createdBy: z.string(), comment: z.string(), author: z.string(), created: iso }),
    )
    .optional(),
  nameRoots: z.record(z.string(), digest).optional(),
  forms: z.record(chainId, z.object({ blobs: z.array(digest), size: bytes })).optional(),
  created: iso,
  os: z.string(),
  architecture: z.string(),
  variant: z.string(),
  listed: z.record(digest, z.string()).optional(),
  labels: z.record(z.string(), z.string()),
  labelsCut: z.literal(true).optional(),
  size: bytes,
  shared: bytes,
  unique: bytes,
  sharedWith: z.number().int().nonnegative(),
  historySteps: z.number().int().nonnegative(),
  emptySteps: z.number().int().nonnegative(),
  containers: z.array(containerUse),
  repoDigests: z.array(z.string()).optional(),
}) satisfies z.ZodType<ImageNode>;

export const imageGraph = z.object({
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('store') }),
    z.object({ kind: z.literal('engine'), engine: z.enum(['docker', 'podman']), name: z.string() }),
  ]),
  sizes: z.enum(['stored', 'unpacked']),
  revision: z.string(),
  images: z.array(imageNode),
  layers: z.array(layerNode),
  storedBytes: bytes,
  unsharedBytes: bytes,
}) satisfies z.ZodType<ImageGraph>;

/** Nodes of a piece of a graph. */
export const graphNodes = z.object({ layers: z.array(layerNode), images: z.array(imageNode) });

/** What a person was shown of a removal when they confirmed it. */
export const shownRemoval = z.strictObject({
  images: z
    .array(z.strictObject({ id: imageId, names: z.array(z.string().max(4096)).max(100_000) }))
    .max(100_000),
  untagged: z.array(z.string().max(4096)).max(100_000),
});

/** See {@link KeptFor}. */
export const keptFor = z.object({
  name: z.string().nullable(),
  root: digest.nullable(),
  keeper: z.enum(['list', 'entry', 'trash', 'workspace']),
}) satisfies z.ZodType<KeptFor>;

export const together = z.object({
  size: bytes,
  unique: bytes,
  shared: bytes,
  freed: bytes,
  along: z.number().int().nonnegative(),
  others: z.number().int().nonnegative(),
  containers: z.array(z.string()),
  containerCount: z.number().int().nonnegative(),
}) satisfies z.ZodType<Together>;

const skippedImage = z.object({
  id: imageId,
  names: z.array(z.string()),
  usedBy: z.array(z.string()),
});

export const removalPreview = z.object({
  images: z.array(z.object({ id: imageId, names: z.array(z.string()) })),
  manifests: z.array(digest).optional(),
  untagged: z.array(z.string()),
  freedBytes: bytes,
  freedBlobs: z.number().int().nonnegative(),
  keptFor: keptFor.optional(),
  freed: z.array(z.object({ chainId, size: bytes, createdBy: z.string() })),
  keptBytes: bytes,
  kept: z.array(
    z.object({
      chainId,
      size: bytes,
      createdBy: z.string(),
      holders: z.array(z.string()),
      holderCount: z.number().int().nonnegative(),
      containers: z.array(z.string()),
    }),
  ),
  containers: z.array(containerUse.extend({ image: imageId })),
  held: z.array(skippedImage).optional(),
  skipped: z.array(skippedImage).optional(),
}) satisfies z.ZodType<RemovalPreview>;

const progress = z.object({
  phase: z.enum([
    'starting',
    'reading',
    'images',
    'verifying',
    'compressing',
    'writing',
    'committing',
    'removing',
    'unpacking',
    'mounting',
    'waiting',
  ]),
  waitsFor: z.string().optional(),
  done: bytes,
  total: bytes.nullable(),
  rate: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
  layer: z.number().int().positive().optional(),
  layers: z.number().int().nonnegative().optional(),
  image: z.number().int().positive().optional(),
  images: z.number().int().nonnegative().optional(),
});

const unkept = z.object({ count: z.number().int().positive(), first: z.string() }).optional();

const movedFrom = z.array(z.object({ name: z.string(), images: z.array(z.string()) })).optional();

const result = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['load', 'samples', 'copyIn']),
    images: z.array(z.object({ id: z.string(), names: z.array(z.string()), isNew: z.boolean() })),
    layers: z.number().int().nonnegative(),
    newLayers: z.number().int().nonnegative(),
    addedBytes: bytes,
    movedNames: z.array(z.string()),
    movedFrom,
    converted: z.number().int().nonnegative(),
    leftOut: z.number().int().positive().optional(),
    namesLeftOut: z.array(z.string()).optional(),
    lostReferrers: z.number().int().positive().optional(),
    absentPlatforms: z.array(z.string()).optional(),
    unfit: z
      .array(
        z.object({
          name: z.string(),
          layer: z.number().int().positive(),
          layers: z.number().int().positive(),
          path: z.string(),
        }),
      )
      .optional(),
  }),
  z.object({
    kind: z.literal('save'),
    images: z.number().int().nonnegative(),
    layers: z.number().int().nonnegative(),
    bytes,
    listed: z.array(z.string()),
    leftOut: z.object({ layers: z.number().int().nonnegative(), bytes }).optional(),
    otherPlatforms: otherPlatforms.optional(),
    sharedNames: otherPlatforms.optional(),
    movedNames: z.array(z.string()).optional(),
    movedFrom,
    namesLeftOut: z.array(z.string()).optional(),
    lostReferrers: z.number().int().positive().optional(),
    otherManifests: z.array(z.object({ name: z.string(), manifest: z.string() })).optional(),
    file: z.string(),
    token: z.string().nullable(),
  }),
  z.object({
    kind: z.enum(['remove', 'prune']),
    removed: z.array(z.string()),
    untagged: z.array(z.string()),
    freedBytes: bytes,
    trash: z.string().nullable().optional(),
    keptFor: keptFor.optional(),
  }),
  z.object({
    kind: z.literal('cleanup'),
    removed: z.array(z.string()),
    trash: z.string().nullable(),
    cacheBytes: bytes,
  }),
  z.object({ kind: z.literal('hash'), layers: z.number(), bytes }),
  z.object({
    kind: z.literal('copyOut'),
    engine: z.string(),
    images: z.number().int().nonnegative(),
    layers: z.number().int().nonnegative(),
    bytes,
    heldLayers: z.number().int().positive().optional(),
    listed: z.array(z.string()),
    otherPlatforms: otherPlatforms.optional(),
    sharedNames: otherPlatforms.optional(),
    movedNames: z.array(z.string()).optional(),
    movedFrom,
    namesLeftOut: z.array(z.string()).optional(),
    lostReferrers: z.number().int().positive().optional(),
  }),
  z.object({ kind: z.literal('mount'), mount: z.string(), image: z.string(), path: z.string() }),
  z.object({
    kind: z.literal('look'),
    source: sourceId,
    images: z.number().int().nonnegative(),
    /** It was read for somebody who is there already, or works with it: what is in view stays. */
    listed: z.literal(true).optional(),
    added: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('workspace'), name: z.string(), image: z.string() }),
  z.object({
    kind: z.enum(['commit', 'squash', 'rewrite', 'import']),
    id: z.string(),
    name: z.string().nullable(),
    movedFrom: z.string().nullable(),
    layerBytes: bytes.nullable(),
    changes: z.number().int().nonnegative(),
    stay: z.number().int().nonnegative(),
    unkept,
  }),
  z.object({
    kind: z.enum(['export', 'copy']),
    bytes,
    entries: z.number().int().nonnegative(),
    unkept,
    file: z.string(),
    token: z.string().nullable(),
  }),
]) satisfies z.ZodType<OperationResult>;

export const operationState = z.object({
  id: operationId,
  kind: z.enum([
    'load',
    'save',
    'remove',
    'prune',
    'cleanup',
    'samples',
    'mount',
    'workspace',
    'commit',
    'squash',
    'rewrite',
    'import',
    'export',
    'copy',
    'copyIn',
    'copyOut',
    'look',
    'hash',
  ]),
  subject: z.string(),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  progress: progress as unknown as z.ZodType<OperationProgress>,
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  result: result.nullable(),
  problem: problem.nullable(),
  engine: z.string().optional(),
  retryToken: fileToken.nullable(),
  adds: z.literal(true).optional(),
  places: z.array(sourceId).optional(),
}) satisfies z.ZodType<OperationState>;

const pairs = z.array(z.object({ key: z.string(), value: z.string() }));

export const imageDetail = z.object({
  id: imageId,
  author: z.string(),
  comment: z.string(),
  dockerVersion: z.string(),
  tarSize: bytes.nullable(),
  config: z.object({
    env: pairs,
    cmd: z.array(z.string()),
    entrypoint: z.array(z.string()),
    workingDir: z.string(),
    user: z.string(),
    labels: pairs,
    ports: z.array(z.string()),
    volumes: z.array(z.string()),
    stopSignal: z.string(),
    healthcheck: z.array(z.string()),
  }),
  history: z.array(historyStep.extend({ chainId: chainId.nullable(), size: bytes })),
  manifests: z.array(z.object({ digest, size: bytes, mediaType: z.string() })),
  platforms: z.array(z.object({ manifest: digest, platform: z.string(), image: imageId.nullable() })),
  artifacts: z.array(
    z.object({
      digest,
      kind: z.enum(['attestation', 'signature', 'artifact']),
      type: z.string(),
      predicates: z.array(z.string()),
      parts: z.number().int().nonnegative(),
      size: bytes,
      subject: digest.nullable(),
    }),
  ),
  sharing: z.array(z.object({ id: imageId, name: z.string(), bytes })),
  rawConfig: z.string(),
  rawManifest: z.string(),
  inspectJson: z.string(),
}) satisfies z.ZodType<ImageDetail>;

export const sourceInfo = z.object({
  id: sourceId,
  kind: z.enum(['store', 'docker', 'podman', 'archive', 'layout']),
  name: z.string(),
  word: z.string(),
  address: z.string(),
  state: z.enum(['ready', 'connecting', 'not-running', 'refused', 'unread']),
  problem: problem.nullable(),
  version: z.string().nullable(),
  images: z.number().int().nonnegative().nullable(),
  added: z.literal(true).optional(),
}) satisfies z.ZodType<SourceInfo>;

export const layerDetail = z.object({
  chainId,
  contentSize: bytes.nullable(),
  tarSize: bytes.nullable(),
  entries: z.number().int().nonnegative().nullable(),
  largest: z.array(z.object({ path: z.string(), size: bytes })),
  inspectJson: z.string(),
}) satisfies z.ZodType<LayerDetail>;
