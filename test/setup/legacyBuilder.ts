import { createHash } from 'node:crypto';
import { parseImageId, type DiffId, type ImageId } from '../../shared/image/digest';
import { buildImage, digestOf, tarOf, type ImageSpec, type TarMember } from './imageBuilder';

/** Builds archives as `docker save` wrote them before 1.10, for tests: a folder a layer, `repositories`, no manifest.json. */

/** A layer of such an archive. */
export interface V1LayerSpec {
  /** Any word; its ID is made of it. */
  readonly key: string;
  /** The key of the layer below. */
  readonly parent?: string;
  /** Members of `json` beside `id` and `parent`, or its whole text. */
  readonly json?: Readonly<Record<string, unknown>> | string;
  /** The bytes of layer.tar, or where the symlink that stands for it leads; null leaves it out. */
  readonly layer?: Uint8Array | { readonly link: string } | null;
}

/** The ID that a layer of this key has. */
export function v1Id(key: string): string {
  return createHash('sha256').update(`v1 ${key}`).digest('hex');
}

/** A layer's tar of one file. */
export function tarOfFile(path: string, content: string): Buffer {
  return tarOf([{ path, content }]);
}

/** The members of such an archive; without `repositories` there is no such file. */
export function legacyMembers(
  layers: readonly V1LayerSpec[],
  repositories?: Readonly<Record<string, Readonly<Record<string, string>>>>,
): TarMember[] {
  const members: TarMember[] = layers.flatMap(({ key, parent, json = {}, layer }) => {
    const id = v1Id(key);
    const links = parent === undefined ? { id } : { id, parent: v1Id(parent) };
    const text = typeof json === 'string' ? json : JSON.stringify({ ...links, ...json });
    const own: TarMember[] = [
      { path: id, type: 'directory' },
      { path: `${id}/VERSION`, content: '1.0' },
      { path: `${id}/json`, content: text },
    ];
    const path = `${id}/layer.tar`;
    if (layer === null) return own;
    if (layer !== undefined && 'link' in layer)
      return [...own, { path, type: 'symlink', linkTarget: layer.link }];
    return [...own, { path, content: layer ?? tarOfFile(`${key}.txt`, `${key}\n`) }];
  });
  if (repositories) members.push({ path: 'repositories', content: JSON.stringify(repositories) });
  return members;
}

/** An image in that form, as Docker makes it one of today. */
export interface LegacyImage {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly layers: readonly { readonly diffId: DiffId; readonly tar: Buffer }[];
  /** What an archive has of it, from the base up. */
  readonly folders: readonly V1LayerSpec[];
}

/**
 * An image as an archive of that time holds it: its layers are plain tars, each in a folder of its own with what made it; those
 * below the image's own are the same for all images that stand on them. Its ID is that of the config that Docker makes
 * of documents of 1.8.3 and later: the members of the topmost one as they are, in the order of their names.
 */
export function legacyImage(spec: ImageSpec): LegacyImage {
  const { layers, names } = buildImage(spec);
  const created = spec.created ?? '2024-05-01T12:00:00Z';
  const documentOf = (i: number): Readonly<Record<string, unknown>> => ({
    architecture: spec.architecture ?? 'amd64',
    ...(i === layers.length - 1 ? { config: spec.config ?? {} } : {}),
    container_config: { Cmd: [`COPY part ${i} /`] },
    created,
    docker_version: '1.9.1',
    os: spec.os ?? 'linux',
  });
  const folders: V1LayerSpec[] = [];
  for (const [i, { tar, diffId }] of layers.entries()) {
    const json = documentOf(i);
    const below = folders.at(-1)?.key;
    const key = `${below ?? ''} ${diffId} ${JSON.stringify(json)}`;
    folders.push({ key, ...(below === undefined ? {} : { parent: below }), json, layer: tar });
  }
  const { os, ...top } = documentOf(layers.length - 1);
  const config = {
    ...top,
    history: layers.map((_, i) => ({ created, created_by: `COPY part ${i} /` })),
    os,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  };
  return { id: parseImageId(digestOf(JSON.stringify(config))), names, layers, folders };
}

/** Such an archive of these images, what they share once. */
export function legacyArchive(specs: readonly ImageSpec[]): Buffer {
  const folders = new Map<string, V1LayerSpec>();
  const repositories: Record<string, Record<string, string>> = {};
  for (const { names, folders: own } of specs.map(legacyImage)) {
    for (const each of own) folders.set(each.key, each);
    for (const name of names) {
      const [, repository = '', tag = ''] = /^(.*):([^:]*)$/.exec(name) ?? [];
      (repositories[repository] ??= {})[tag] = v1Id(own.at(-1)?.key ?? '');
    }
  }
  return tarOf(legacyMembers([...folders.values()], repositories));
}
