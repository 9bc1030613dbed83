import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One mount of a mount namespace. */
export interface MountedThere {
  readonly id: number;
  /** `MAJOR:MINOR` of the file system. */
  readonly device: string;
  /** What of the file system is mounted: a path in it. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

const plain = (field = ''): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

/** What is mounted in this namespace (proc(5), mountinfo), in order. Space, tab and backslash come as octal. */
export function mountTable(process: number | 'self' = 'self'): MountedThere[] {
  const lines = readFileSync(`/proc/${process}/mountinfo`, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const fields = line.split(' ');
    const [id, , device = '', root, point] = fields;
    if (point === undefined) return [];
    const rest = fields.slice(fields.indexOf('-') + 1);
    const type = rest[0] ?? '';
    return [{ id: Number(id), device, root: plain(root), point: plain(point), type, source: rest[1] ?? '' }];
  });
}

/**
 * What is mounted in any mount namespace of a process that we may ask: a shell under `unshare --mount`, a service with mounts of
 * its own, a container. Each namespace is read once; a process that ends meanwhile, or does not let itself be asked, is passed over.
 */
export function mountsAnywhere(): MountedThere[] {
  const seen = new Set<string>();
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const namespace = readlinkSync(`/proc/${name}/ns/mnt`);
      if (seen.has(namespace)) return [];
      seen.add(namespace);
      return mountTable(Number(name));
    } catch {
      return [];
    }
  });
}

/** Where an object lies in its file system, whatever mount it was reached by. */
export interface PlaceOnDisk {
  readonly device: string;
  readonly path: string;
  readonly type: string;
}

/** The same of an object that is held open and has this path (absolute, without links); null where the kernel does not tell. */
export function placeOnDisk(fd: number, path: string, table: readonly MountedThere[]): PlaceOnDisk | null {
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
  const mount = table.find((each) => each.id === Number(id));
  if (!mount || !isBelow(path, mount.point)) return null;
  const inner = mount.point === '/' ? path : path.slice(mount.point.length);
  const whole = `${mount.root === '/' ? '' : mount.root}${inner === '/' ? '' : inner}`;
  return { device: mount.device, path: whole === '' ? '/' : whole, type: mount.type };
}

/** Whether a path is another, or in it. */
export const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
