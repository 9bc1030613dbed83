import { hexOf, type DiffId } from '../../shared/image/digest';
import { chainIds, parseImageConfig } from '../../shared/image/imageConfig';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import { asObject, asText, looseMember, storedOrigin } from '../../shared/image/jsonDocument';
import { splitName } from '../../shared/image/reference';
import { sha256 } from '../store/sha256';
import type { OutMember } from '../worker/jobs';
import { archiveSize } from './archiveSize';
import type { ImageExport } from './imageExport';
import { layerMember, leftOutMember, once } from './layerMember';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * docker-archive as `docker save` writes it: the config verbatim, a folder a layer with `VERSION`, `json` and
 * `layer.tar`, then `manifest.json` and `repositories`. Docker 1.10 to today, podman and skopeo read it; the folders and
 * `repositories` are for readers older than manifest.json. Layers are uncompressed unless gzip is asked for, which all of
 * them read, too, and once each: what several images share has one folder, and a layer that occurs again in one chain is a symlink to its first `layer.tar`, as Docker does.
 *
 * The folders' names (v1 IDs) are made from the chain IDs, so the same input gives the same bytes. Docker's own are
 * hashes over v1 documents that nothing reads any more.
 */
export const dockerArchive: ImageExport = {
  format: 'docker-archive',

  layers: (images) => Promise.resolve(once(images.flatMap(({ layers }) => layers))),

  async plan(images, store, how) {
    const members: OutMember[] = [];
    const manifest: { Config: string; RepoTags: readonly string[] | null; Layers: readonly string[] }[] = [];
    const repositories = new Map<string, Record<string, string>>();
    const folders = new Set<string>();
    const written = new Map<DiffId, string>();
    const configs = new Set<string>();
    const leftOut = new Map<DiffId, LeftOutLayer>();

    for (const image of images) {
      const config = await store.readDocument(image.id);
      const parsed = parseImageConfig(config, storedOrigin(image.id));
      const configName = `${hexOf(image.id)}.json`;
      if (!configs.has(configName)) members.push({ kind: 'bytes', name: configName, bytes: config });
      configs.add(configName);

      const layers: string[] = [];
      const chain = chainIds(parsed.diffIds, sha256);
      let parent: string | null = null;
      for (const [i, layer] of image.layers.entries()) {
        const chainId = chain[i];
        if (chainId === undefined) continue;
        const top = i === image.layers.length - 1;
        // The topmost folder carries the image's config, so it is the image's own even where the layer is shared.
        const v1 = sha256(top ? `stratigraph v1 ${chainId} ${image.id}` : `stratigraph v1 ${chainId}`);
        const name = `${v1}/layer.tar`;
        layers.push(name);
        if (!folders.has(v1)) {
          folders.add(v1);
          members.push({ kind: 'directory', name: v1 });
          members.push({ kind: 'bytes', name: `${v1}/VERSION`, bytes: bytesOf('1.0') });
          const json = {
            id: v1,
            ...(parent === null ? {} : { parent }),
            created: top ? asText(looseMember(parsed.document, 'created')) || zeroDate : zeroDate,
            ...(top ? v1Config(parsed.document) : {}),
            os: parsed.os,
          };
          members.push({ kind: 'bytes', name: `${v1}/json`, bytes: bytesOf(JSON.stringify(json)) });
          const first = written.get(layer.diffId);
          if (first !== undefined) members.push({ kind: 'symlink', name, target: `../${first}` });
          else {
            const from = how.held.chains.get(chainId);
            const out = from === undefined && !how.kept ? await how.written(layer) : await how.plain(layer);
            if (from === undefined) {
              written.set(layer.diffId, name);
              members.push(layerMember(name, out));
            } else {
              const { diffId } = layer;
              leftOut.set(diffId, { diffId, digest: out.digest, size: out.size, from });
            }
          }
        }
        parent = v1;
      }
      manifest.push({
        Config: configName,
        RepoTags: image.names.length > 0 ? image.names : null,
        Layers: layers,
      });
      for (const name of image.names) {
        const { repository, tag } = splitName(name);
        const tags = repositories.get(repository) ?? {};
        if (parent !== null) tags[tag] = parent;
        repositories.set(repository, tags);
      }
    }
    members.push({ kind: 'bytes', name: 'manifest.json', bytes: bytesOf(`${JSON.stringify(manifest)}\n`) });
    if (repositories.size > 0) {
      const text = JSON.stringify(Object.fromEntries([...repositories].sort(([a], [b]) => (a < b ? -1 : 1))));
      members.push({ kind: 'bytes', name: 'repositories', bytes: bytesOf(`${text}\n`) });
    }
    // Of a layer that stands on several parents one place may be left out and another one not.
    const absent = [...leftOut.values()].filter(({ diffId }) => !written.has(diffId));
    members.push(...leftOutMember(absent));
    return { members, layers: written.size, bytes: archiveSize(members), leftOut: absent };
  },
};

/** What Docker writes where a v1 layer has no date. */
const zeroDate = '1970-01-01T00:00:00Z';

/** Members of the config that a v1 document repeats. */
function v1Config(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = ['author', 'architecture', 'docker_version', 'container', 'container_config', 'config'];
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const value = looseMember(document, name);
    if (value !== undefined && (typeof value !== 'object' || asObject(value))) found[name] = value;
  }
  return found;
}
