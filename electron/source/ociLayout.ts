import { addBytes } from '../../shared/image/bytes';
import { type Digest } from '../../shared/image/digest';
import {
  asObject,
  asText,
  invalidDocument,
  looseMember,
  parseJsonDocument,
} from '../../shared/image/jsonDocument';
import { isEncryptedLayerType, isLayerType } from '../../shared/image/mediaType';
import { parseIndex, type OciDescriptor, type OciIndex } from '../../shared/image/manifest';
import { settleNames } from '../../shared/image/layoutName';
import { reasonFacts } from '../../shared/image/faultReason';
import { problem, type ProblemError } from '../../shared/image/problem';
import { digestOf } from '../store/sha256';
import type { ArchiveFiles } from './archiveFiles';
import { completeLayout } from './completeLayout';
import { notHere, readLeftOut } from './completeLayers';
import { dockerManifestName, readDockerManifest } from './dockerManifest';
import type { ImageSource, StagedRoot } from './imageSource';
import { Lacks } from './lacks';
import { blobName, LayoutWalk, type WantedBlob } from './layoutWalk';
import { checkNames, nameOf, ownNameOf, unfitNames } from './ociNames';
import { findReferrers } from './referrers';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';
import { atLayer, checkStaging, eachLimited, StageProgress, tellImage } from './stageBlobs';

const layoutMarker = 'oci-layout';

/** Checks the layout's version (image-layout.md: a version that is not known must not be read as if it were). */
async function checkVersion(files: ArchiveFiles): Promise<void> {
  const origin = { file: files.label, entry: layoutMarker, limits: files.limits };
  const bytes = await files.readDocument(layoutMarker, 'index');
  const version = asText(looseMember(asObject(parseJsonDocument(bytes, origin)) ?? {}, 'imageLayoutVersion'));
  if (version === '') throw invalidDocument(origin, 'no-layout-version');
  if (!/^1\.\d+\.\d+$/.test(version))
    throw problem('unsupported', {
      file: files.label,
      ...reasonFacts('layout-version' as const, [version.slice(0, 40)]),
    });
}

async function readIndex(files: ArchiveFiles): Promise<OciIndex> {
  const origin = { file: files.label, entry: 'index.json', limits: files.limits };
  return settleNames(parseIndex(await files.readDocument('index.json', 'index'), origin));
}

/**
 * An OCI image layout (OCI image-spec, image-layout.md), as an archive or a folder: several images, nested indexes,
 * several platforms, attestations, referrers. Every descriptor's size and digest is checked, every layer's diff ID, too.
 * Manifests keep their bytes. Of the artifacts that lie beside images those come along that say which image they are about
 * (their `subject`); others are left out: the store lists images, and what belongs to one.
 */
export const ociLayout: ImageSource = {
  format: 'oci-layout',

  async recognises(files) {
    if (!files.has('index.json')) return false;
    if (!files.has(dockerManifestName)) return true;
    // Both forms in one archive: the OCI part counts when it lists anything (buildkit writes `null`).
    return files.has(layoutMarker) && (await readIndex(files)).manifests.length > 0;
  },

  async chains(files) {
    const walk = new LayoutWalk(files);
    walk.leftOut = new Map((await readLeftOut(files)).map((layer) => [layer.digest, layer]));
    for (const listed of (await readIndex(files)).manifests) {
      const descriptor = await walk.typed(listed);
      await walk.root(descriptor, descriptor.digest, 0);
    }
    return [...walk.images.values()].flatMap((images) => [...images.values()]);
  },

  async stage(files, ingest, tools, run) {
    const file = files.label;
    if (files.has(layoutMarker)) await checkVersion(files);
    const index = await readIndex(files);
    if (index.manifests.length === 0) throw problem('archive-empty', { file });
    const walk = new LayoutWalk(files, async (layer) => (await tools.standIn(layer, ingest)) !== null);
    const leftOut = await readLeftOut(files);
    walk.leftOut = new Map(leftOut.map((layer) => [layer.digest, layer]));
    const found: OciDescriptor[] = [];
    let lost: ProblemError | null = null;
    for (const [i, listed] of index.manifests.entries()) {
      tellImage(run, i + 1, index.manifests.length);
      const before = walk.missing.length;
      const forget = walk.mark();
      try {
        const descriptor = await walk.typed(listed);
        if (await walk.root(descriptor, descriptor.digest, 0)) found.push(descriptor);
        else {
          const lack = walk.missing[before];
          if (lack) throw problem('blob-missing', { file, ...lack });
          forget();
        }
      } catch (thrown) {
        if (!tools.lacks || !Lacks.isOne(thrown)) throw thrown;
        forget();
        if (found.every(({ digest }) => digest !== listed.digest)) walk.images.delete(listed.digest);
        lost ??= thrown;
        tools.lacks.root(listed.digest, ownNameOf(listed), thrown);
      }
    }
    // Where nothing can be read there is nothing to answer for.
    if (found.length === 0 && lost !== null) throw lost;
    if (found.length === 0) throw problem('holds-no-image', { file, type: walk.others[0] ?? '' });
    const names = await dockerNames(files, walk, lost !== null);
    const layers = countLayers(walk);
    if (tools.lacks) await noteAbsent(walk, files, ingest, tools, tools.lacks);
    const whole = await completeLayout(found, walk, files, ingest, tools, run);
    const artifacts = await findReferrers(walk, files, index.manifests);
    const roots = toRoots(whole, walk, names, files, tools.ownNames ?? false);
    await stageBlobs(walk, files, ingest, tools, run);
    const namesLeftOut = tools.ownNames ? [] : unfitNames(found, files.label);
    return { roots, layers, absentPlatforms: [...walk.absentPlatforms], namesLeftOut, ...artifacts };
  },
};

/**
 * Names by image ID from the manifest.json that Docker 25 and later, buildkit and containerd put beside the layout: not
 * all of them repeat the names in index.json. Throws `document-invalid` when manifest.json has an image that the layout
 * has not: then the archive means two things to two readers. Of images that could not be read (`isPart`) nobody knows.
 */
async function dockerNames(
  files: ArchiveFiles,
  walk: LayoutWalk,
  isPart: boolean,
): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const names = new Map<Digest, string[]>();
  if (!files.has(dockerManifestName)) return names;
  const ids = new Set([...walk.images.values()].flatMap((images) => [...images.keys()]));
  for (const { configName, names: own } of await readDockerManifest(files)) {
    if (isPart && !files.has(configName)) continue;
    const bytes = await files.readDocument(configName, 'config');
    const id = digestOf(bytes);
    if (!ids.has(id)) {
      if (isPart) continue;
      const origin = { file: files.label, entry: dockerManifestName };
      throw invalidDocument(origin, 'not-reached');
    }
    const known = names.get(id);
    if (known) for (const name of own) known.push(name);
    else names.set(id, [...own]);
  }
  return names;
}

function countLayers(walk: LayoutWalk): number {
  return [...walk.blobs.values()].filter(
    ({ layer, descriptor }) => layer !== null || isEncryptedLayerType(descriptor.mediaType),
  ).length;
}

/** Notes blobs that an input which is looked at lists and lacks, and that nothing takes the place of, so that nobody seeks them. */
async function noteAbsent(
  walk: LayoutWalk,
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  lacks: Lacks,
): Promise<void> {
  for (const [digest, { descriptor, layer }] of [...walk.blobs]) {
    const entry = blobName(digest);
    try {
      if (walk.documents.has(digest) || files.has(entry)) continue;
      const left = layer ? walk.leftOut.get(digest) : undefined;
      const isLayer = layer !== null || isEncryptedLayerType(descriptor.mediaType);
      if (!left || left.diffId !== layer?.diffId)
        throw problem('blob-missing', { file: files.label, entry, what: isLayer ? 'layer' : 'config' });
      if ((await tools.standIn(left, ingest)) === null) throw notHere([left], files);
    } catch (thrown) {
      if (!Lacks.isOne(thrown)) throw thrown;
      walk.blobs.delete(digest);
      lacks.blob(digest, thrown);
    }
  }
}

/** One root a digest, with all the names that its descriptors and manifest.json give it. */
function toRoots(
  found: readonly OciDescriptor[],
  walk: LayoutWalk,
  dockerNames: ReadonlyMap<Digest, readonly string[]>,
  files: ArchiveFiles,
  ownNames: boolean,
): readonly StagedRoot[] {
  const roots = new Map<Digest, Omit<StagedRoot, 'names'> & { readonly names: Set<string> }>();
  for (const descriptor of found) {
    const { mediaType, digest, size } = descriptor;
    let root = roots.get(digest);
    if (!root) {
      const images = [...(walk.images.get(digest) ?? [])].map(([id, diffIds]) => ({ id, diffIds }));
      roots.set(digest, (root = { mediaType, digest, size, names: new Set(), images }));
    }
    const own = ownNames ? ownNameOf(descriptor) : nameOf(descriptor, files.label);
    if (own !== null) root.names.add(own);
  }
  // Behind those of index.json, and once a root: both lists may be long.
  for (const { images, names } of roots.values())
    for (const { id } of images) for (const name of dockerNames.get(id) ?? []) names.add(name);
  let count = 0;
  for (const { names } of roots.values()) checkNames(files, 'index.json', (count += names.size));
  return [...roots.values()].map((root) => ({ ...root, names: [...root.names] }));
}

async function stageBlobs(
  walk: LayoutWalk,
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<void> {
  for (const bytes of walk.documents.values()) await ingest.put(bytes);
  const wanted = [...walk.blobs.values()].filter(({ descriptor }) => !walk.documents.has(descriptor.digest));
  const total = wanted.reduce((sum, { descriptor }) => addBytes(sum, descriptor.size), 0);
  const progress = new StageProgress(run, total, countLayers(walk));
  const stored = new Set<WantedBlob>();
  for (const item of wanted) if (await ingest.lease(item.descriptor.digest)) stored.add(item);
  const fresh = wanted.filter((item) => !stored.has(item));
  checkStaging(
    files,
    ingest,
    tools,
    fresh.map(({ descriptor }) => blobName(descriptor.digest)),
  );
  await eachLimited(wanted, tools.pool.size, run.signal, async (item, _index, signal) => {
    const { descriptor, layer } = item;
    try {
      const how = { isStored: stored.has(item), signal, onBytes: progress.onBytes };
      await stageBlob(files, ingest, tools, item, how);
    } catch (thrown) {
      if (tools.lacks && Lacks.isOne(thrown)) tools.lacks.blob(descriptor.digest, thrown);
      else throw layer ? atLayer(thrown, layer.index, layer.count) : thrown;
    }
    if (isLayerType(descriptor.mediaType)) progress.nextLayer();
  });
}

async function stageBlob(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  { descriptor, layer }: WantedBlob,
  { isStored, ...how }: { isStored: boolean; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<void> {
  const { label: file } = files;
  const entry = blobName(descriptor.digest);
  const size = files.sizeOf(entry);
  if (size === null) throw problem('blob-missing', { file, entry, what: layer ? 'layer' : 'config' });
  if (size !== descriptor.size)
    throw problem('size-mismatch', { file, entry, expected: descriptor.size, found: size });
  const claimed = { digest: descriptor.digest, ...(layer ? { diffId: layer.diffId } : {}) };
  const wish = {
    asLayer: layer !== null,
    ingest: isStored || tools.verifyOnly ? null : ingest,
    claimed,
    ...how,
  };
  const { facts, staged } = await files.readBlob(entry, wish, tools);
  if (facts.digest !== descriptor.digest) {
    throw problem('digest-mismatch', { file, entry, expected: descriptor.digest, found: facts.digest });
  }
  if (layer && facts.diffId !== layer.diffId) {
    const found = facts.diffId ?? facts.digest;
    throw problem('diff-id-mismatch', {
      file,
      entry,
      expected: layer.diffId,
      found,
      layer: layer.index,
      layers: layer.count,
    });
  }
  if (staged) await ingest.adopt(staged);
}
