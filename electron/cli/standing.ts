import type { Standing } from '../../shared/image/problem';

/** What stands once a command has made an image, by its name, or by its ID or manifest where it has none. */
export function imageStands(name: string | null | undefined, id: string): Standing {
  return { kind: 'image', name: name ?? id.replace(/^sha256:/, '').slice(0, 12) };
}
