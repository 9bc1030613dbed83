import type { Digest, DiffId } from '../../shared/image/digest';
import { parseImageConfig, type ImageConfig } from '../../shared/image/imageConfig';
import { invalidDocument } from '../../shared/image/jsonDocument';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import { isForeignLayerType, mediaType } from '../../shared/image/mediaType';
import { problem, type ProblemError } from '../../shared/image/problem';
import { digestOf } from '../store/sha256';
import { breathe } from '../store/breath';
import type { ArchiveFiles } from './archiveFiles';
import { completeLayers, notHere, readLeftOut } from './completeLayers';
import { dockerManifestName, readDockerManifest, type DockerEntry } from './dockerManifest';
import type { ImageSource, StagedRoot } from './imageSource';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';
import { Lacks } from './lacks';
import { holdLayers } from './layerTotal';
import { putImage } from './putImage';
import { tellImage } from './stageBlobs';
import { checkAddress, stageLayers, type StagedLayer, type WantedLayer } from './stageLayers';

/**
 * docker-archive: what `docker save` has written since 1.10, and podman and skopeo write (manifest.json, a config and
 * uncompressed or compressed layers). Every layer is checked against the diff ID in the config, also those that the
 * store has already; the config keeps its bytes and so the image its ID.
 */
export const dockerArchive: ImageSource = {
  format: 'docker-archive',

  recognises: (files) => Promise.resolve(files.has(dockerManifestName)),

  async chains(files) {
    const found: (readonly DiffId[])[] = [];
    const seen = new Set<string>();
    for (const { configName } of await readDockerManifest(files)) {
      if (seen.has(configName)) continue;
      seen.add(configName);
      const bytes = await files.readDocument(configName, 'config');
      const { diffIds } = parseImageConfig(bytes, {
        file: files.label,
        entry: configName,
        limits: files.limits,
      });
      holdLayers(files, configName, diffIds.length);
      found.push(diffIds);
    }
    return found;
  },

  async stage(files, ingest, tools, run) {
    const entries = await readDockerManifest(files);
    // Of a config no more is held than its diff IDs, and once: a hundred thousand entries may name one of some megabytes.
    const configs = new Map<string, Pick<ImageConfig, 'diffIds'>>();
    const images: { entry: DockerEntry; config: Pick<ImageConfig, 'diffIds'> }[] = [];
    let lost: ProblemError | null = null;
    for (const [i, entry] of entries.entries()) {
      await breathe();
      tellImage(run, i + 1, entries.length);
      const origin = { file: files.label, entry: entry.configName, limits: files.limits };
      try {
        let config = configs.get(entry.configName);
        if (!config) {
          const bytes = await files.readDocument(entry.configName, 'config');
          checkAddress(entry.configName, digestOf(bytes), origin);
          config = { diffIds: parseImageConfig(bytes, origin).diffIds };
          holdLayers(files, entry.configName, config.diffIds.length);
          configs.set(entry.configName, config);
        }
        if (config.diffIds.length !== entry.layers.length) {
          throw invalidDocument(origin, 'layers-archive', config.diffIds.length, entry.layers.length);
        }
        images.push({ entry, config });
      } catch (thrown) {
        if (!tools.lacks || !Lacks.isOne(thrown)) throw thrown;
        lost ??= thrown;
        const named = entry.names.length === 0 ? [entry.configName] : entry.names;
        for (const name of named) tools.lacks.root(digestOf(Buffer.from(entry.configName)), name, thrown);
      }
    }
    // Where nothing can be read there is nothing to answer for.
    if (images.length === 0 && lost !== null) throw lost;
    const layers = await layersOf(files, ingest, tools, run, images);
    const roots: StagedRoot[] = [];
    const put = new Map<string, Awaited<ReturnType<typeof putImage>>>();
    for (const [i, { entry, config }] of images.entries()) {
      await breathe();
      tellImage(run, i + 1, images.length);
      let made = put.get(entry.configName);
      // The same image once more, without a name.
      if (made && entry.names.length === 0) continue;
      if (!made) {
        const blobs = config.diffIds.map((diffId) => layers.get(diffId) as StagedLayer);
        made = await putImage(await files.readDocument(entry.configName, 'config'), blobs, ingest, tools);
        put.set(entry.configName, made);
      }
      const { id, manifest } = made;
      roots.push({ ...manifest, names: entry.names, images: [{ id, diffIds: config.diffIds }] });
    }
    return { roots, layers: layers.size };
  },
};

/** What stands in a manifest for a layer that is not there. */
const placeOf = ({ diffId, digest, size }: LeftOutLayer): StagedLayer => ({
  diffId,
  digest,
  size,
  mediaType: mediaType.ociLayer,
  entries: 0,
});

/** Every layer that the images name, each member once; by diff ID. */
async function layersOf(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
  images: readonly { entry: DockerEntry; config: Pick<ImageConfig, 'diffIds'> }[],
): Promise<ReadonlyMap<DiffId, StagedLayer>> {
  const wanted = new Map<string, WantedLayer & { readonly diffId: DiffId }>();
  const elsewhere = new Map<DiffId, StagedLayer>();
  const leftOut = new Map((await readLeftOut(files)).map((layer) => [layer.diffId, layer]));
  const absent = new Map<DiffId, LeftOutLayer>();
  for (const { entry, config } of images) {
    await breathe();
    for (const [i, name] of entry.layers.entries()) {
      const key = name === '' ? null : files.key(name);
      const diffId = config.diffIds[i] as DiffId;
      if (key === null) {
        const source = entry.sources.get(diffId);
        const left = leftOut.get(diffId);
        if (left) {
          absent.set(diffId, left);
          continue;
        }
        const isForeign = source && isForeignLayerType(source.mediaType);
        // As an engine, which reads no layer that it has.
        const lacking = { diffId, digest: diffId as string as Digest, size: 0, from: '' };
        if ((name === '' && !isForeign) || (await tools.standIn(lacking, ingest)) !== null) {
          absent.set(diffId, lacking);
          continue;
        }
        if (!isForeign) {
          const fault = problem('blob-missing', { file: files.label, entry: name, what: 'layer' });
          if (!tools.lacks) throw fault;
          tools.lacks.blob(lacking.digest, fault);
          elsewhere.set(diffId, placeOf(lacking));
          continue;
        }
        const { digest, size, mediaType: type, urls = [] } = source;
        elsewhere.set(diffId, { diffId, digest, size, mediaType: type, entries: 0, urls });
        continue;
      }
      const place = { name, diffId, layer: i + 1, layers: entry.layers.length };
      const known = wanted.get(key);
      if (known && known.diffId !== diffId) {
        // One member cannot have two digests: whichever image is right, the other one is not.
        const facts = { file: files.label, entry: name, expected: diffId, found: known.diffId };
        throw problem('diff-id-mismatch', { ...facts, layer: place.layer, layers: place.layers });
      }
      if (!known) wanted.set(key, place);
    }
  }
  if (tools.lacks)
    for (const [diffId, left] of [...absent]) {
      if ((await tools.standIn(left, ingest)) !== null) continue;
      absent.delete(diffId);
      tools.lacks.blob(left.digest, notHere([left], files));
      elsewhere.set(diffId, placeOf(left));
    }
  const completed = await completeLayers([...absent.values()], files, ingest, tools, run);
  // An archive may hold a layer twice, plain and compressed: the first one counts, whichever was read sooner.
  const stored = new Map<DiffId, StagedLayer>();
  for (const layer of await stageLayers(files, ingest, tools, run, [...wanted.values()]))
    if (!stored.has(layer.diffId)) stored.set(layer.diffId, layer);
  for (const [diffId, layer] of completed) if (!stored.has(diffId)) stored.set(diffId, { ...layer, diffId });
  for (const [diffId, layer] of elsewhere) if (!stored.has(diffId)) stored.set(diffId, layer);
  return stored;
}
