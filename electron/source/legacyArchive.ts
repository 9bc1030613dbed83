import { parseImageConfig } from '../../shared/image/imageConfig';
import {
  asObject,
  asText,
  invalidDocument,
  parseJsonDocument,
  type DocumentOrigin,
} from '../../shared/image/jsonDocument';
import { tagName } from '../../shared/image/layoutName';
import { problem } from '../../shared/image/problem';
import { configOfV1, isV1Id, parseV1Image, type V1Image } from '../../shared/image/v1Image';
import { breathe } from '../store/breath';
import type { ArchiveFiles } from './archiveFiles';
import type { ImageSource, StagedRoot } from './imageSource';
import { checkNames } from './ociNames';
import { holdLayers } from './layerTotal';
import { putImage } from './putImage';
import { stageLayers, type StagedLayer, type WantedLayer } from './stageLayers';

const repositoriesName = 'repositories';

const documentName = (id: string): string => `${id}/json`;
const layerName = (id: string): string => `${id}/layer.tar`;

/** IDs of the layers that the input holds, in its own order. */
function layerIds(files: ArchiveFiles): readonly string[] {
  const ids = new Set<string>();
  for (const name of files.names()) {
    const id = /^([^/]+)\/json$/.exec(name)?.[1];
    if (id !== undefined && isV1Id(id)) ids.add(id);
  }
  return [...ids];
}

/** The names in `repositories` by the layer that they stand for; what is no name in Docker's grammar names nothing. */
async function readNames(files: ArchiveFiles): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, string[]>();
  if (!files.has(repositoriesName)) return names;
  const { label: file, limits } = files;
  const origin = { file, entry: repositoriesName, limits };
  const bytes = await files.readDocument(repositoriesName, 'index', 'manifest-bytes');
  const repositories = asObject(parseJsonDocument(bytes, origin, 'manifest-bytes', { allFree: true }));
  if (!repositories) throw invalidDocument(origin, 'no-object');
  let count = 0;
  for (const [repository, value] of Object.entries(repositories)) {
    const tags = asObject(value);
    if (!tags) throw invalidDocument(origin, 'no-tags', JSON.stringify(repository.slice(0, 80)));
    for (const [tag, id] of Object.entries(tags)) {
      const text = asText(id);
      if (!isV1Id(text)) throw invalidDocument(origin, 'layer-no-id', JSON.stringify(text.slice(0, 80)));
      const name = tagName(`${repository}:${tag}`);
      checkNames(files, repositoriesName, ++count);
      const known = names.get(text);
      if (known) known.push(...(name === null ? [] : [name]));
      else names.set(text, name === null ? [] : [name]);
    }
  }
  return names;
}

/** All layers' documents, each parent there. */
async function readLayers(files: ArchiveFiles): Promise<ReadonlyMap<string, V1Image>> {
  const images = new Map<string, V1Image>();
  for (const id of layerIds(files)) {
    await breathe();
    const entry = documentName(id);
    const origin = { file: files.label, entry, limits: files.limits };
    images.set(id, parseV1Image(await files.readDocument(entry, 'config'), origin));
  }
  for (const [id, { parent }] of images) {
    if (parent !== null && !images.has(parent)) {
      const entry = documentName(id);
      throw invalidDocument({ file: files.label, entry }, 'parent-missing', parent);
    }
  }
  return images;
}

/** Layers of an image from the base up. Throws `document-invalid` where they stand on themselves, `limit-exceeded`. */
function lineOf(
  id: string,
  images: ReadonlyMap<string, V1Image>,
  { file, entry, limits }: DocumentOrigin,
): readonly string[] {
  const line: string[] = [];
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null; at = images.get(at)?.parent ?? null) {
    if (seen.has(at)) throw invalidDocument({ file, entry }, 'parent-loop', at);
    if (line.length >= limits.layers)
      throw problem('limit-exceeded', { file, what: entry, limit: limits.layers, name: 'layers' });
    seen.add(at);
    line.push(at);
  }
  return line.reverse();
}

/** IDs of the layers that are images: those with a name, and those that nothing stands on. */
function imageIds(
  images: ReadonlyMap<string, V1Image>,
  names: ReadonlyMap<string, readonly string[]>,
  label: string,
): readonly string[] {
  for (const id of names.keys())
    if (!images.has(id))
      throw problem('blob-missing', { file: label, entry: documentName(id), what: 'config' });
  const parents = new Set([...images.values()].map(({ parent }) => parent));
  const leaves = [...images.keys()].filter((id) => !parents.has(id));
  return [...new Set([...names.keys(), ...leaves])];
}

/** What has to be read for these lines, each layer once; one that was thrown away may be missing. */
function wantedLayers(
  files: ArchiveFiles,
  lines: readonly (readonly string[])[],
  images: ReadonlyMap<string, V1Image>,
): ReadonlyMap<string, WantedLayer & { readonly key: string }> {
  const wanted = new Map<string, WantedLayer & { readonly key: string }>();
  for (const line of lines) {
    for (const [i, id] of line.entries()) {
      if (wanted.has(id)) continue;
      const name = layerName(id);
      const key = files.key(name);
      if (key !== null) {
        wanted.set(id, { key, name, diffId: null, layer: i + 1, layers: line.length });
      } else if (images.get(id)?.throwaway !== true) {
        throw problem('blob-missing', { file: files.label, entry: name, what: 'layer' });
      }
    }
  }
  return wanted;
}

/**
 * What `docker save` wrote before 1.10: a folder a layer with `json`, `VERSION` and `layer.tar`, and `repositories` with
 * the names; no manifest.json, no digests. Each image becomes one of today, its config made as Docker makes it, so that the image
 * ID is the one that `docker load` gives; layers keep their bytes. Without a name, what nothing stands on is an image.
 */
export const legacyArchive: ImageSource = {
  format: 'legacy-archive',

  recognises: (files) => Promise.resolve(layerIds(files).length > 0),

  async stage(files, ingest, tools, run) {
    const { label: file } = files;
    const names = await readNames(files);
    const images = await readLayers(files);
    const ids = imageIds(images, names, file);
    const line = (id: string): readonly string[] =>
      lineOf(id, images, { file, entry: documentName(id), limits: files.limits });
    const lines = ids.map(line);
    const reached = new Set(lines.flat());
    // What no image reaches stands in a circle, which is said by going round it.
    for (const id of images.keys()) if (!reached.has(id)) line(id);
    const wanted = wantedLayers(files, lines, images);
    const byKey = new Map([...wanted.values()].map((layer) => [layer.key, layer]));
    const read = await stageLayers(files, ingest, tools, run, [...byKey.values()]);
    const staged = new Map([...byKey.keys()].map((key, i) => [key, read[i] as StagedLayer]));
    const layerOf = (id: string): StagedLayer | null => {
      const layer = staged.get(wanted.get(id)?.key ?? '') ?? null;
      return layer?.entries === 0 && images.get(id)?.throwaway === true ? null : layer;
    };
    const roots: StagedRoot[] = [];
    for (const [i, below] of lines.entries()) {
      await breathe();
      const steps = below.map((id) => ({ id, image: images.get(id) as V1Image, layer: layerOf(id) }));
      const config = new TextEncoder().encode(
        configOfV1(steps.map(({ image, layer }) => ({ image, diffId: layer?.diffId ?? null }))),
      );
      const { diffIds } = parseImageConfig(config, {
        file,
        entry: documentName(ids[i] ?? ''),
        limits: files.limits,
      });
      holdLayers(files, ids[i] ?? '', diffIds.length);
      const layers = steps.flatMap(({ layer }) => layer ?? []);
      const { id, manifest } = await putImage(config, layers, ingest, tools);
      roots.push({ ...manifest, names: names.get(ids[i] ?? '') ?? [], images: [{ id, diffIds }] });
    }
    return { roots, layers: new Set(read.map(({ diffId }) => diffId)).size, converted: roots.length };
  },
};
