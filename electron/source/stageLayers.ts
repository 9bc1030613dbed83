import { addBytes } from '../../shared/image/bytes';
import type { Digest, DiffId } from '../../shared/image/digest';
import { invalidDocument, type DocumentPlace } from '../../shared/image/jsonDocument';
import { layerMediaType, mediaType as mediaTypes } from '../../shared/image/mediaType';
import { reasonFacts } from '../../shared/image/faultReason';
import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';
import { atLayer, checkStaging, eachLimited, StageProgress } from './stageBlobs';

/** A layer to read: one member, though several images may name it. */
export interface WantedLayer {
  readonly name: string;
  /** What its tar has to be; null where nothing is claimed of it. */
  readonly diffId: DiffId | null;
  /** Its place, from 1, of how many: for reports. */
  readonly layer: number;
  readonly layers: number;
}

/** A layer that the store has or will have. */
export interface StagedLayer {
  readonly diffId: DiffId;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  /** Entries of its tar. */
  readonly entries: number;
  /** Where it may be had, for one that is not in the archive. */
  readonly urls?: readonly string[];
}

/**
 * Checks a member against the digest that its name promises: `blobs/sha256/<hex>` is an address. `<hex>.json` is a file name only: images
 * that were edited after `docker save` (bazel, go-containerregistry) keep the old one, and every reader computes the ID.
 */
export function checkAddress(name: string, found: Digest, { file, entry }: DocumentPlace): void {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
  const expected = `sha256:${hex ?? ''}`;
  if (hex !== undefined && expected !== found)
    throw problem('digest-mismatch', { file, entry, expected, found });
}

/**
 * Reads the layers of a docker-archive, several at once: each is verified and indexed, also where the store has it
 * already; what is new is staged. Gives them in the order of the list.
 */
export async function stageLayers(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
  list: readonly WantedLayer[],
): Promise<readonly StagedLayer[]> {
  const total = list.reduce((sum, { name }) => addBytes(sum, files.sizeOf(name) ?? 0), 0);
  const progress = new StageProgress(run, total, list.length);
  const stored = await storedLayers(ingest, tools, list);
  const fresh = list.filter((item) => !stored.has(item)).map(({ name }) => name);
  checkStaging(files, ingest, tools, fresh);
  const read: StagedLayer[] = [];
  await eachLimited(list, tools.pool.size, run.signal, async (item, index, signal) => {
    try {
      const how = { early: stored.get(item) ?? null, signal, onBytes: progress.onBytes };
      read[index] = await stageLayer(files, ingest, tools, item, how);
    } catch (thrown) {
      throw atLayer(thrown, item.layer, item.layers);
    }
    progress.nextLayer();
  });
  return read;
}

type StoredLayer = NonNullable<Awaited<ReturnType<SourceTools['layerWithDiffId']>>>;

/** A layer that the store has, held for the ingest; null for none. */
async function heldLayer(ingest: Ingest, tools: SourceTools, diffId: DiffId): Promise<StoredLayer | null> {
  const known = await tools.layerWithDiffId(diffId);
  return known !== null && (await ingest.lease(known.digest)) ? known : null;
}

/** Those of a list that need not be written, since the store has them. */
async function storedLayers(
  ingest: Ingest,
  tools: SourceTools,
  list: readonly WantedLayer[],
): Promise<ReadonlyMap<WantedLayer, StoredLayer>> {
  const found = new Map<WantedLayer, StoredLayer>();
  for (const item of list) {
    const stored = item.diffId === null ? null : await heldLayer(ingest, tools, item.diffId);
    if (stored) found.set(item, stored);
  }
  return found;
}

async function stageLayer(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  item: WantedLayer,
  { early, ...how }: { early: StoredLayer | null; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<StagedLayer> {
  const origin = { file: files.label, entry: item.name };
  const { facts, staged } = await files.readBlob(
    item.name,
    {
      asLayer: true,
      ingest: early || tools.verifyOnly ? null : ingest,
      ...(item.diffId === null ? {} : { claimed: { diffId: item.diffId } }),
      ...how,
    },
    tools,
  );
  checkAddress(item.name, facts.digest, origin);
  const { diffId } = facts;
  if (diffId === null) throw invalidDocument(origin, 'not-layer');
  if (item.diffId !== null && diffId !== item.diffId) {
    const { layer, layers } = item;
    throw problem('diff-id-mismatch', { ...origin, expected: item.diffId, found: diffId, layer, layers });
  }
  const entries = facts.facts?.entries ?? 0;
  const have = early ?? (item.diffId === null ? await heldLayer(ingest, tools, diffId) : null);
  if (have) return { diffId, mediaType: have.mediaType, digest: have.digest, size: have.size, entries };
  const mediaType = layerMediaType(facts.compression);
  // Docker and Podman take layers of any compression that they know, but no media type names these: the tar itself is kept.
  if (mediaType === null && tools.verifyOnly)
    return {
      diffId,
      mediaType: mediaTypes.ociLayer,
      digest: diffId as string as Digest,
      size: facts.facts?.tarSize ?? 0,
      entries,
    };
  if (mediaType === null) {
    if (!staged)
      throw problem('unsupported', {
        file: files.label,
        ...reasonFacts('layer-compression' as const, [facts.compression]),
      });
    const [target, indexTarget] = [ingest.newPath('layer'), ingest.newPath('index')];
    const { path: file, digest } = staged;
    const plain = await tools.pool.run(
      'plain-layer',
      {
        file,
        digest,
        diffId,
        target,
        indexTarget,
        label: files.label,
        entry: item.name,
        limits: tools.limits,
      },
      { signal: how.signal },
    );
    const index = plain.facts ? { path: indexTarget, facts: plain.facts } : null;
    await ingest.adopt({ path: target, digest: plain.digest, size: plain.size, index });
    return { diffId, mediaType: mediaTypes.ociLayer, digest: plain.digest, size: plain.size, entries };
  }
  if (staged) await ingest.adopt(staged);
  return { diffId, mediaType, digest: facts.digest, size: facts.size, entries };
}
