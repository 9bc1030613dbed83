import type { Digest } from '../../shared/image/digest';
import { mediaType } from '../../shared/image/mediaType';
import type { StagedRoot } from './imageSource';
import type { Ingest, SourceTools } from './sourceTools';
import type { StagedLayer } from './stageLayers';

type Manifest = Pick<StagedRoot, 'mediaType' | 'digest' | 'size'>;

/**
 * The store's own manifest of an image, held for this ingest; null when there is none, it is not whole, or
 * does not have the blobs that `holds` asks for.
 */
export async function storedManifest(
  id: Digest,
  ingest: Ingest,
  tools: SourceTools,
  holds: (blobs: ReadonlySet<Digest>) => boolean = () => true,
): Promise<Manifest | null> {
  const known = await tools.manifestOfImage(id);
  if (!known || !holds(new Set(known.blobs))) return null;
  for (const blob of known.blobs) if (!(await ingest.lease(blob))) return null;
  return { mediaType: known.mediaType, digest: known.digest, size: known.size };
}

/**
 * Stages an image that came without a manifest: its config as it is, and the manifest that the store has for it already,
 * else a new one. `layers` are those of the config, from the base up.
 */
export async function putImage(
  config: Uint8Array,
  layers: readonly StagedLayer[],
  ingest: Ingest,
  tools: SourceTools,
): Promise<{ readonly id: Digest; readonly manifest: Manifest }> {
  const { digest: id, size } = await ingest.put(config);
  const known = await storedManifest(id, ingest, tools);
  if (known) return { id, manifest: known };
  const document = {
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { mediaType: mediaType.ociConfig, digest: id, size },
    layers: layers.map(({ mediaType: type, digest, size: bytes, urls }) => ({
      mediaType: type,
      digest,
      size: bytes,
      ...(urls ? { urls } : {}),
    })),
  };
  const staged = await ingest.put(new TextEncoder().encode(JSON.stringify(document)));
  return { id, manifest: { mediaType: mediaType.ociManifest, ...staged } };
}
