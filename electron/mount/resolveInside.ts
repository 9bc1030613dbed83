import { encodeName } from '../../shared/layer/entryPath';
import { linkLimit } from '../../shared/layer/layerShape';
import { leadsNowhere, withTree } from '../system/beneath';
import type { JobInput, JobOutput, PlacedMount, ResolvedPath } from '../worker/jobs';
import { MountView, type TreeView } from './mountView';

/** PATH_MAX without its zero, and NAME_MAX. */
const pathLimit = 4095;
const nameLimit = 255;

/**
 * Where a path of a tree leads for somebody whose root the tree is (chroot(2)): absolute targets begin at the root, and `..`
 * does not leave it. Nothing is opened but directories of the tree, held one in the other. Within `opaque` (first names of
 * paths) nothing is looked up: something else will be mounted there, whose links nobody can foresee.
 */
function resolve(tree: TreeView, path: string, opaque: readonly string[]): ResolvedPath {
  let linked = false;
  const result = (kind: ResolvedPath['kind'], at: readonly string[]): ResolvedPath => ({
    path: at.join('/'),
    kind,
    linked,
  });
  if (path.includes('\0')) return result('nul', []);
  if (encodeName(path).length > pathLimit) return result('too-long', []);
  // The next one last.
  const waiting = path.split('/').reverse();
  const at: string[] = [];
  let links = 0;
  let missing = false;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at.pop();
      missing = missing && at.length > 0;
      continue;
    }
    if (at.length === 1 && opaque.includes(at[0] ?? '')) {
      return result('opaque', [
        ...at,
        name,
        ...waiting.reverse().filter((each) => each !== '' && each !== '.'),
      ]);
    }
    if (encodeName(name).length > nameLimit) return result('too-long', at);
    at.push(name);
    const info = missing ? null : tree.look(at.join('/'));
    if (info === null) {
      missing = true;
    } else if (info.isSymbolicLink()) {
      linked = true;
      if (++links > linkLimit) return result('loop', at);
      const target = tree.target(at.join('/'));
      at.pop();
      if (target.startsWith('/')) at.length = 0;
      waiting.push(...target.split('/').reverse());
      if (waiting.length > pathLimit) return result('too-long', at);
    } else if (!info.isDirectory() && waiting.some((each) => each !== '' && each !== '.')) {
      return result('blocked', at);
    }
  }
  const whole = at.join('/');
  if (encodeName(whole).length > pathLimit) return result('too-long', at);
  const info = missing ? null : tree.look(whole);
  if (info === null) return result('missing', at);
  return result(info.isDirectory() ? 'directory' : info.isFile() ? 'file' : 'other', at);
}

/** {@link resolve}, in a tree that somebody may change meanwhile. */
function resolveNow(tree: TreeView, path: string, opaque: readonly string[]): ResolvedPath {
  try {
    return resolve(tree, path, opaque);
  } catch (thrown) {
    // Somebody changes the tree while we look: there is no answer that holds.
    if (leadsNowhere(thrown)) return { path: '', kind: 'loop', linked: true };
    throw thrown;
  }
}

/** The job `resolve-inside`. */
export function resolveInside({
  root,
  paths,
  opaque,
  mounts = [],
}: JobInput<'resolve-inside'>): JobOutput<'resolve-inside'> {
  return withTree(root, (tree) => {
    const view = new MountView(tree, mounts);
    try {
      return paths.map((path) => resolveNow(view, path, opaque));
    } finally {
      view.close();
    }
  });
}

/** The job `place-mounts`. */
export function placeMounts({ root, opaque, mounts }: JobInput<'place-mounts'>): JobOutput<'place-mounts'> {
  return withTree(root, (tree) => {
    const view = new MountView(tree, []);
    try {
      return mounts.map((mount): PlacedMount => {
        const found = resolveNow(view, mount.at, opaque);
        const under = view.under(found.path);
        const info = found.kind === 'directory' ? view.look(found.path) : null;
        view.add({ ...mount, at: found.path });
        return { ...found, under, mode: info && Number(info.mode & 0o7777n) };
      });
    } finally {
      view.close();
    }
  });
}
