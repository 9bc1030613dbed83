import type { LayerEntry } from '../../shared/layer/entry';

/** What is at a path: `entry` null for a directory that no layer lists. */
export interface BruteNode {
  readonly kind: 'directory' | 'object';
  readonly entry: LayerEntry | null;
}

type Table = Map<string, BruteNode & { readonly token: object }>;

/**
 * The tree of some layers by brute force: flat tables of paths, every rule of `LayerShape` and `LayerStack` as a search over all
 * of it. Simple on purpose, it shares nothing with them. Throws for a layer that cannot be.
 */
export function bruteTree(layers: readonly (readonly LayerEntry[])[]): ReadonlyMap<string, BruteNode> {
  let tree: Table = new Map();
  for (const entries of layers) tree = laid(tree, bruteLayer(entries));
  return tree;
}

const isBelow = (path: string, root: string): boolean => root === '' || path.startsWith(`${root}/`);
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

interface BruteLayer {
  readonly own: Table;
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
  readonly renewed: readonly string[];
}

function bruteLayer(entries: readonly LayerEntry[]): BruteLayer {
  const own: Table = new Map([['', { kind: 'directory', entry: null, token: {} }]]);
  const drop = (path: string): void => {
    for (const each of [...own.keys()]) if (each === path || isBelow(each, path)) own.delete(each);
  };
  const directory = (path: string): string => {
    let at: string[] = [];
    let ahead = path === '' ? [] : path.split('/');
    for (let links = 0; ahead.length > 0;) {
      const [name = '', ...rest] = ahead;
      ahead = rest;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = at.slice(0, -1);
        continue;
      }
      const here = [...at, name].join('/');
      const found = own.get(here);
      if (found?.entry?.kind === 'symlink') {
        if (++links > 40) throw new Error('links without an end');
        if (found.entry.target.startsWith('/')) at = [];
        ahead = [...found.entry.target.split('/'), ...rest];
        continue;
      }
      if (found?.kind === 'object') throw new Error('below what is no directory');
      if (found === undefined) {
        own.set(here, { kind: 'directory', entry: null, token: {} });
      }
      at.push(name);
    }
    return at.join('/');
  };
  const real = (path: string): string => {
    const parent = directory(parentOf(path));
    const name = path.slice(path.lastIndexOf('/') + 1);
    return parent === '' ? name : `${parent}/${name}`;
  };
  /** Deletions with the directory that they were in. */
  const marks: { readonly path: string; readonly token: object }[] = [];
  const hiding: { readonly path: string; readonly token: object }[] = [];
  /** What is no part of the layer, nor is a hard link to it. */
  const placeless = new Set<string>();
  const tokenOf = (path: string): object => own.get(path)?.token ?? {};
  for (const entry of entries) {
    if (/(?:^|\/)\.wh\.\.wh\./.test(entry.path)) continue;
    if (entry.kind === 'character' && entry.major === 0 && entry.minor === 0) {
      placeless.add(entry.path);
      continue;
    }
    if (entry.kind === 'opaque') {
      const path = directory(entry.path);
      hiding.push({ path, token: tokenOf(path) });
      continue;
    }
    if (entry.path === '') {
      if (entry.kind !== 'directory') throw new Error('the root');
      own.set('', { kind: 'directory', entry, token: tokenOf('') });
      continue;
    }
    if (entry.kind === 'whiteout') {
      const path = real(entry.path);
      marks.push({ path, token: tokenOf(parentOf(path)) });
      continue;
    }
    if (entry.kind === 'hardlink') {
      const names: string[] = [];
      for (const each of entry.target.split('/'))
        if (each !== '..') names.push(each);
        else if (names.pop() === undefined) throw new Error('a link out of the layer');
      const from = real(names.join('/'));
      const found = own.get(from);
      if (found === undefined && placeless.has(names.join('/'))) {
        placeless.add(entry.path);
        continue;
      }
      if (found?.kind !== 'object') throw new Error('a link to nothing');
      const to = real(entry.path);
      if (own.get(from) !== found) throw new Error('a link to nothing');
      if (own.get(to) === found) continue;
      drop(to);
      if (own.get(from) !== found) throw new Error('a link to what it replaces');
      own.set(to, found);
      continue;
    }
    const path = real(entry.path);
    if (entry.kind === 'directory') {
      const found = own.get(path);
      if (found?.kind !== 'directory') drop(path);
      own.set(path, { kind: 'directory', entry, token: found?.kind === 'directory' ? found.token : {} });
    } else {
      drop(path);
      own.set(path, { kind: 'object', entry, token: {} });
    }
  }
  const there = (path: string, token: object): boolean => own.get(path)?.token === token;
  const living = marks.filter(({ path, token }) => there(parentOf(path), token)).map(({ path }) => path);
  const renewed = living.filter((path) => own.get(path)?.kind === 'directory');
  const opaques = hiding.filter(({ path, token }) => there(path, token)).map(({ path }) => path);
  return {
    own,
    whiteouts: living.filter((path) => !own.has(path)),
    opaques: [...opaques, ...renewed],
    renewed,
  };
}

function laid(below: Table, { own, whiteouts, opaques, renewed }: BruteLayer): Table {
  const tree: Table = new Map();
  for (const [path, node] of below) {
    const covered = [...own].some(
      ([each, { kind }]) => kind === 'object' && (each === path || isBelow(path, each)),
    );
    // A directory in the place of something else.
    const replaced =
      own.get(path)?.kind === 'directory' && node.kind !== 'directory' && own.get(path) !== undefined;
    const deleted = whiteouts.some((each) => each === path || isBelow(path, each));
    const hidden = opaques.some((each) => path !== each && isBelow(path, each));
    if (!covered && !replaced && !deleted && !hidden && !renewed.includes(path)) tree.set(path, node);
  }
  for (const [path, node] of own)
    if (node.kind === 'object' || node.entry !== null || !tree.has(path)) tree.set(path, node);
  return tree;
}
