import { createHash } from 'node:crypto';
import { tarOf, type TarMember } from './imageBuilder';

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
