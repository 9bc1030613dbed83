import type { DocumentReason } from '../../shared/image/faultReason';
import {
  asObject,
  asText,
  invalidDocument,
  looseMember,
  parseJsonDocument,
  type DocumentOrigin,
} from '../../shared/image/jsonDocument';
import { parseDescriptor, type OciDescriptor } from '../../shared/image/manifest';
import { tagName } from '../../shared/image/layoutName';
import { problem } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import { readsAsDigest } from '../../shared/image/reference';
import { checkNames } from './ociNames';
import { breathe } from '../store/breath';
import type { ArchiveFiles } from './archiveFiles';

/** Where a docker-archive lists its images. */
export const dockerManifestName = 'manifest.json';

/** An image of a docker-archive as manifest.json gives it; names of members are normalised. */
export interface DockerEntry {
  readonly configName: string;
  /** Familiar names; empty for a dangling image. */
  readonly names: readonly string[];
  /** Empty for one that whoever wrote the archive found in the engine already (`pack`, of buildpacks). */
  readonly layers: readonly string[];
  /** Layers that may be left where they came from, by diff ID: where that is. */
  readonly sources: ReadonlyMap<string, OciDescriptor>;
}

/** Member names in manifest.json as tar names are: normalised, never upwards. */
function memberName(value: unknown, none: DocumentReason, label: string): string {
  const name = normalisePath(asText(value));
  if (name === null || name === '') throw invalidDocument({ file: label, entry: dockerManifestName }, none);
  return name;
}

/**
 * Reads manifest.json as Docker does: keys in any case, null lists are empty, `RepoTags: null` has no name. Throws
 * `document-invalid`, `limit-exceeded`, `archive-empty`.
 */
export async function readDockerManifest(files: ArchiveFiles): Promise<readonly DockerEntry[]> {
  const { label, limits } = files;
  const origin = { file: label, entry: dockerManifestName, limits };
  const bytes = await files.readDocument(dockerManifestName, 'manifest', 'manifest-bytes');
  const value = parseJsonDocument(bytes, origin, 'manifest-bytes');
  if (!Array.isArray(value)) throw invalidDocument(origin, 'no-list');
  if (value.length === 0) throw problem('archive-empty', { file: label });
  if (value.length > limits.images) {
    const bound = { limit: limits.images, name: 'images', found: value.length } as const;
    throw problem('limit-exceeded', { file: label, what: dockerManifestName, ...bound });
  }
  // A thousand images take longer than the window's main process may be held.
  const entries: DockerEntry[] = [];
  let names = 0;
  for (const item of value as readonly unknown[]) {
    await breathe();
    const entry = readEntry(item, origin);
    names += entry.names.length;
    checkNames(files, dockerManifestName, names);
    entries.push(entry);
  }
  return entries;
}

function readEntry(item: unknown, origin: DocumentOrigin): DockerEntry {
  const label = origin.file;
  const object = asObject(item);
  if (!object) throw invalidDocument(origin, 'image-no-object');
  const tags = looseMember(object, 'RepoTags') ?? [];
  const layers = looseMember(object, 'Layers') ?? [];
  if (!Array.isArray(tags) || !Array.isArray(layers)) throw invalidDocument(origin, 'tags-no-list');
  return {
    configName: memberName(looseMember(object, 'Config'), 'no-config-name', label),
    names: tags.flatMap((tag) => {
      const name = tagName(asText(tag));
      if (name !== null) return [name];
      // The image is not lost for a name that would pass for another's ID.
      if (readsAsDigest(asText(tag))) return [];
      throw invalidDocument(origin, 'name-invalid', JSON.stringify(asText(tag).slice(0, 80)));
    }),
    layers: layers.map((layer) => (layer === '' ? '' : memberName(layer, 'no-layer-name', label))),
    sources: new Map(
      Object.entries(asObject(looseMember(object, 'LayerSources')) ?? {}).map(([diffId, source]) => [
        diffId,
        parseDescriptor(source, origin, 'LayerSources'),
      ]),
    ),
  };
}
