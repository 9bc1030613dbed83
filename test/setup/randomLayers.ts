import type { TarMember } from './imageBuilder';

/** Numbers from 0 up to `below`, the same for the same seed (mulberry32). */
export type Random = (below: number) => number;

/** A source of numbers. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The seed of a test's random numbers, for its title or what it says of a failure: `STRATIGRAPH_SEED`, or else the usual one, without which it differs each time. */
export const seedOf = (usual: number = Date.now() % 1_000_000): number =>
  Number(process.env['STRATIGRAPH_SEED'] ?? usual);

const plainNames = ['a', 'b', 'c', 'd', 'A'];
/** Of what is no directory, mostly: what comes below such a name makes a layer that is refused. */
const leafNames = ['f', 'g', 'F'];
const oddNames = ['é', 'a b', '..x', '-', 'n'.repeat(120), '\n', '.wh..wh.plnk', 'b\\n'];
const targets = [
  'a',
  'b',
  '../a',
  '/a',
  '/',
  '.',
  '..',
  'c/d',
  '/b/../a',
  './a//b',
  '../../../../../../etc',
  'nowhere/at/all',
];
const modes = [0o644, 0o755, 0o4755, 0o2755, 0o1777, 0o600, 0];

/**
 * Members of a layer with everything in it that archives have: links on the way, names that come twice or are spelled
 * oddly, hard links, deletions, opaque marks, devices, attributes, implied directories.
 */
export function randomLayer(random: Random): TarMember[] {
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T;
  const plainPath = (): string =>
    Array.from({ length: 1 + random(3) }, () => pick(random(10) < 9 ? plainNames : oddNames)).join('/');
  const spelled = (path: string): string => {
    const kind = random(14);
    return kind === 0
      ? `./${path}`
      : kind === 1
        ? `/${path}`
        : kind === 2
          ? path.replaceAll('/', '//')
          : path;
  };
  const used: string[] = [];
  const member = (): TarMember => {
    const kind = random(100);
    const isLeaf = (kind < 36 || (kind >= 74 && kind < 90)) && random(10) > 0;
    const path = isLeaf ? plainPath().replace(/[^/]*$/, pick(leafNames)) : plainPath();
    const common = {
      path: spelled(path),
      mode: pick(modes),
      uid: pick([0, 0, 1000, 2_097_151]),
      gid: pick([0, 5]),
      mtime: pick([0, 1, 1_700_000_000]),
      ...(random(12) === 0 ? { pax: { mtime: pick(['1.5', '-1.25', '-86400', '12345678.123456']) } } : {}),
    };
    const xattrs =
      random(6) === 0
        ? {
            [pick(['user.x', 'trusted.overlay.opaque', 'trusted.overlay.redirect', 'user.overlay.opaque'])]:
              'y',
          }
        : undefined;
    if (kind < 36) {
      used.push(path);
      const content = `${path} ${random(10)}`.repeat(pick([0, 1, 1, 90]));
      return { ...common, content, ...(xattrs ? { xattrs } : {}) };
    }
    if (kind < 38) return { ...common, path: pick(['.', './', '/']), type: 'directory' };
    if (kind < 56) return { ...common, type: 'directory', ...(xattrs ? { xattrs } : {}) };
    if (kind < 74) return { ...common, type: 'symlink', linkTarget: pick(targets) };
    if (kind < 84 && used.length > 0) {
      const target = spelled(pick(used));
      const turn = random(8);
      const isRound = turn === 0 && !target.startsWith('/');
      return {
        ...common,
        type: 'hardlink',
        // Above the root is the root.
        linkTarget: isRound
          ? `${pick(plainNames)}/../${target}`
          : turn === 1
            ? `${'../'.repeat(9)}${target}`
            : target,
      };
    }
    if (kind < 88) {
      used.push(path);
      return { ...common, type: 'character', major: pick([0, 0, 1, 5]), minor: pick([0, 0, 3, 7]) };
    }
    if (kind < 90) return { ...common, type: 'fifo' };
    const slash = path.lastIndexOf('/') + 1;
    return {
      path: path.slice(0, slash) + pick(['.wh.a', '.wh.b', '.wh.f', '.wh..wh..opq', '.wh.g']),
      mode: 0,
    };
  };
  return Array.from({ length: 1 + random(14) }, member);
}
