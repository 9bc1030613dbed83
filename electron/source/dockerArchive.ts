import { createHash } from 'node:crypto';
import { parseDigest, type Digest, type DiffId } from '../../shared/image/digest';
import { parseImageConfig, type ImageConfig } from '../../shared/image/imageConfig';
import { invalidDocument, type DocumentOrigin } from '../../shared/image/jsonDocument';
import { layerMediaType, mediaType } from '../../shared/image/mediaType';
import { problem } from '../../shared/image/problem';
import { Breath } from '../store/breath';
import type { ArchiveFiles } from './archiveFiles';
import { dockerManifestName, readDockerManifest, type DockerEntry } from './dockerManifest';
import type { ImageSource, StagedRoot } from './imageSource';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';
import { atLayer, eachLimited, StageProgress } from './stageBlobs';

interface StoredLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
}

/**
 * Checks a member against the digest that its name promises: `blobs/sha256/<hex>` is an address. `<hex>.json` is a file name only: images
 * that were edited after `docker save` (bazel, go-containerregistry) keep the old one, and every reader computes the ID.
 */
function checkAddress(name: string, found: Digest, origin: DocumentOrigin): void {
  const hex = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
  const expected = `sha256:${hex ?? ''}`;
  if (hex !== undefined && expected !== found)
    throw problem('digest-mismatch', { ...origin, expected, found });
}

const sha256 = (bytes: Uint8Array): Digest =>
  parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);

/** The store's own manifest of an image, held for this ingest; null when there is none or it is not whole. */
async function storedManifest(
  id: Digest,
  ingest: Ingest,
  tools: SourceTools,
): Promise<Pick<StagedRoot, 'mediaType' | 'digest' | 'size'> | null> {
  const known = await tools.manifestOfImage(id);
  if (!known) return null;
  for (const blob of known.blobs) if (!(await ingest.lease(blob))) return null;
  return { mediaType: known.mediaType, digest: known.digest, size: known.size };
}

/**
 * docker-archive: what `docker save` has written since 1.10, and podman and skopeo write (manifest.json, a config and
 * uncompressed or compressed layers). Every layer is checked against the diff ID in the config, also those that the
 * store has already; the config keeps its bytes and so the image its ID.
 */
export const dockerArchive: ImageSource = {
  format: 'docker-archive',

  recognises: (files) => Promise.resolve(files.has(dockerManifestName)),

  async stage(files, ingest, tools, run) {
    const entries = await readDockerManifest(files);
    const configs: { entry: DockerEntry; bytes: Uint8Array; config: ImageConfig }[] = [];
    const breath = new Breath();
    for (const entry of entries) {
      await breath.take();
      const bytes = await files.readDocument(entry.configName, 'config');
      const origin = { file: files.label, entry: entry.configName };
      checkAddress(entry.configName, sha256(bytes), origin);
      const config = parseImageConfig(bytes, origin);
      if (config.diffIds.length !== entry.layers.length) {
        const counts = `names ${config.diffIds.length} layers, manifest.json ${entry.layers.length}`;
        throw invalidDocument(origin, counts);
      }
      configs.push({ entry, bytes, config });
    }
    const layers = await stageLayers(files, ingest, tools, run, configs);
    const roots: StagedRoot[] = [];
    for (const { entry, bytes, config } of configs) {
      const { digest: id, size } = await ingest.put(bytes);
      const manifest = (await storedManifest(id, ingest, tools)) ?? {
        mediaType: mediaType.ociManifest,
        ...(await ingest.put(
          new TextEncoder().encode(
            JSON.stringify({
              schemaVersion: 2,
              mediaType: mediaType.ociManifest,
              config: { mediaType: mediaType.ociConfig, digest: id, size },
              layers: config.diffIds.map((diffId) => layers.get(diffId)),
            }),
          ),
        )),
      };
      roots.push({ ...manifest, names: entry.names, images: [{ id, diffIds: config.diffIds }] });
    }
    return { roots, layers: layers.size };
  },
};

/** A layer to read: one member, though several images may name it. */
interface Wanted {
  readonly name: string;
  readonly diffId: DiffId;
  readonly layer: number;
  readonly layers: number;
}

async function stageLayers(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
  images: readonly { entry: DockerEntry; config: ImageConfig }[],
): Promise<ReadonlyMap<DiffId, StoredLayer>> {
  const wanted = new Map<string, Wanted>();
  for (const { entry, config } of images) {
    entry.layers.forEach((name, i) => {
      const key = files.key(name);
      if (key === null) throw problem('blob-missing', { file: files.label, entry: name, what: 'layer' });
      const diffId = config.diffIds[i] as DiffId;
      const place = { name, diffId, layer: i + 1, layers: entry.layers.length };
      const known = wanted.get(key);
      if (known && known.diffId !== diffId) {
        // One member cannot have two digests: whichever image is right, the other one is not.
        const facts = { file: files.label, entry: name, expected: diffId, found: known.diffId };
        throw problem('diff-id-mismatch', { ...facts, layer: place.layer, layers: place.layers });
      }
      if (!known) wanted.set(key, place);
    });
  }
  const list = [...wanted.values()];
  const total = list.reduce((sum, { name }) => sum + (files.sizeOf(name) ?? 0), 0);
  const progress = new StageProgress(run, total, list.length);
  const read: StoredLayer[] = [];
  await eachLimited(list, tools.pool.size, run.signal, async (item, index, signal) => {
    try {
      read[index] = await stageLayer(files, ingest, tools, item, { signal, onBytes: progress.onBytes });
    } catch (thrown) {
      throw atLayer(thrown, item.layer, item.layers);
    }
    progress.nextLayer();
  });
  // An archive may hold a layer twice, plain and compressed: the first one counts, whichever was read sooner.
  const stored = new Map<DiffId, StoredLayer>();
  list.forEach(({ diffId }, i) => {
    const layer = read[i];
    if (layer && !stored.has(diffId)) stored.set(diffId, layer);
  });
  return stored;
}

async function stageLayer(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  item: Wanted,
  how: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<StoredLayer> {
  const known = await tools.layerWithDiffId(item.diffId);
  const have = known !== null && (await ingest.lease(known.digest)) ? known : null;
  const wish = { asLayer: true, ingest: have ? null : ingest, ...how };
  const { facts, staged } = await files.readBlob(item.name, wish, tools);
  checkAddress(item.name, facts.digest, { file: files.label, entry: item.name });
  if (facts.diffId !== item.diffId) {
    throw problem('diff-id-mismatch', {
      file: files.label,
      entry: item.name,
      expected: item.diffId,
      found: facts.diffId ?? facts.digest,
      layer: item.layer,
      layers: item.layers,
    });
  }
  if (have) return { mediaType: have.mediaType, digest: have.digest, size: have.size };
  const type = layerMediaType(facts.compression);
  if (type === null) throw problem('unsupported', { file: files.label, what: `${facts.compression} layers` });
  if (staged) await ingest.adopt(staged);
  return { mediaType: type, digest: facts.digest, size: facts.size };
}
