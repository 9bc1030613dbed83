import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type BindFault, type ProblemError } from '../../../shared/image/problem';
import type { MountStep, MountWish } from '../../run/mountWish';
import type { MountPoint, PlacedMount, ViewMount } from '../../worker/jobs';
import { openBindSource, type BindSource } from './bindSource';
import { faultOf, kernelFolders, type RunTree } from './runPlaces';

/**
 * What of this machine a command sees, and file systems in memory. Where a mount comes to lie is worked out before anything is
 * mounted, in the tree and in what the mounts before it bring; what stands on the way may come from whoever made the image, or
 * from a command that had the same folder before.
 */

interface Opened {
  readonly wish: MountWish;
  /** Null for a file system in memory. */
  readonly source: BindSource | null;
}

/** Mounts that a person asked for, with their sources held. */
export interface OpenMounts {
  readonly opened: readonly Opened[];
  close(): void;
}

/** Where these mounts lie. */
export interface PlacedMounts {
  /** What paths of the tree lead on in. */
  readonly view: readonly ViewMount[];
  /** Mount points that the tree itself has to have. */
  readonly points: readonly MountPoint[];
  /** Folders of the run's own that have to be made first. */
  readonly stages: readonly string[];
  /** Makes mount points in folders of this machine, as Docker does; they stay. Throws `bind-refused`. */
  makeInSources(): Promise<void>;
  /** The steps, where the tree is at `root`. */
  steps(root: string): Promise<readonly MountStep[]>;
}

const depthOf = (path: string): number => path.split('/').filter((name) => name !== '').length;

/** Finds all sources; all are held or none. `kept`: see {@link openBindSource}. Throws `bind-refused`. */
export async function openMounts(wishes: readonly MountWish[], kept: readonly string[]): Promise<OpenMounts> {
  const opened: Opened[] = [];
  const close = (): void => opened.splice(0).forEach(({ source }) => source?.close());
  try {
    for (const wish of [...wishes].sort((a, b) => depthOf(a.target) - depthOf(b.target)))
      opened.push({
        wish,
        source: wish.kind === 'bind' ? await openBindSource(wish.source, kept, wish.recursive) : null,
      });
    return { opened, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Works out where mounts lie in a tree; `bundle` is the folder of the run. Throws `bind-refused`, `run-refused`. */
export async function placeMounts(
  tree: RunTree,
  { opened }: OpenMounts,
  bundle: string,
): Promise<PlacedMounts> {
  const asked = opened.map(({ wish, source }): ViewMount => ({
    at: wish.target,
    source: source?.path ?? null,
    identity: source?.identity ?? '',
    isFolder: source?.isFolder ?? true,
  }));
  const { pool } = tree.privileged;
  const found =
    asked.length === 0
      ? []
      : await pool.run('place-mounts', { root: tree.root, opaque: kernelFolders, mounts: asked });
  const inSources: { readonly root: string; readonly target: string; readonly point: MountPoint }[] = [];
  const inStages = new Map<number, MountPoint>();
  const points: MountPoint[] = [];
  const stageOf = (i: number): string => join(bundle, `memory-${i}`);
  found.forEach((place, i) => {
    const { wish } = opened[i] as Opened;
    const { isFolder } = asked[i] as ViewMount;
    checkPlace(tree, wish.target, place, isFolder, found.slice(0, i));
    if (place.kind !== 'missing') return;
    const outer = opened[place.under];
    const inner = place.path.slice((found[place.under]?.path.length ?? -1) + 1);
    if (!outer) points.push({ path: place.path, isFolder });
    else if (outer.source === null) inStages.set(i, { path: join(stageOf(place.under), inner), isFolder });
    else if (outer.wish.flags.includes('ro')) throw refused(wish.target, 'read-only');
    else inSources.push({ root: outer.source.path, target: wish.target, point: { path: inner, isFolder } });
  });
  return {
    view: found.map(({ path }, i) => ({ ...(asked[i] as ViewMount), at: path })),
    points,
    stages: opened.flatMap(({ source }, i) => (source === null ? [stageOf(i)] : [])),
    async makeInSources() {
      // With the system calls, which nobody needs to look at images.
      const { makePoints } = await import('../../mount/mountPoints');
      for (const { root, target, point } of inSources)
        try {
          makePoints({ root, points: [point] });
        } catch (cause) {
          throw refused(target, 'unmade', cause);
        }
    },
    async steps(root) {
      const real = await realpath(root);
      return found.flatMap(({ path, mode }, i): readonly MountStep[] => {
        const { wish, source } = opened[i] as Opened;
        const made = inStages.get(i);
        const rest = { wish: i, point: `${real}/${path}`, flags: ['nodev', ...wish.flags] };
        const before: readonly MountStep[] = made
          ? [{ wish: i, how: made.isFolder ? 'folder' : 'file', source: made.path }]
          : [];
        if (wish.kind === 'tmpfs') {
          const hasMode = wish.options.some((option) => option.startsWith('mode='));
          // What is covered lends its mode; a new one is for everybody, as Docker's.
          const own = hasMode ? [] : [`mode=${(mode ?? 0o1777).toString(8)}`];
          return [
            ...before,
            { ...rest, how: 'tmpfs', source: stageOf(i), options: [...wish.options, ...own] },
          ];
        }
        const { path: from = '', identity = '' } = source ?? {};
        return [...before, { ...rest, how: wish.recursive ? 'rbind' : 'bind', source: from, identity }];
      });
    },
  };
}

function refused(path: string, reason: BindFault, cause?: unknown): ProblemError {
  return problem('bind-refused', { path, reason }, { cause });
}

/** Holds a place against what can be mounted there, and against those before. Throws `bind-refused`, `run-refused`. */
function checkPlace(
  tree: RunTree,
  target: string,
  { kind, path }: PlacedMount,
  isFolder: boolean,
  before: readonly PlacedMount[],
): void {
  const fault = faultOf(kind);
  if (fault) throw problem('run-refused', { name: tree.name, path: target.slice(0, 200), reason: fault });
  if (kind === 'opaque' || path === '' || kernelFolders.includes(path)) throw refused(target, 'place');
  if (before.some((other) => other.path === path)) throw refused(target, 'twice');
  if (before.some((other) => other.path.startsWith(`${path}/`))) throw refused(target, 'covers');
  const fits = isFolder ? kind === 'directory' : kind === 'file' || kind === 'other';
  if (kind !== 'missing' && !fits) throw refused(target, isFolder ? 'no-folder' : 'no-file');
  // A name whose bytes are no text cannot be a word of a command; the links of an image can lead to one.
  if (Buffer.from(path).toString() !== path) throw refused(target, 'place');
}

/** What the arrangement of mounts said before it gave up, as a problem; null where it did not. See `runtimeCommand`. */
export async function mountFault(told: string, { opened }: OpenMounts): Promise<ProblemError | null> {
  const text = await readFile(told, 'utf8').catch(() => '');
  const [, index = '', reason, detail = ''] = /^(\d+) (changed|failed) ?([^\n]*)/.exec(text) ?? [];
  const wish = opened[Number(index)]?.wish;
  if (!wish || index === '') return null;
  if (reason === 'changed') return refused(wish.kind === 'bind' ? wish.source : wish.target, 'changed');
  // `mount: PATH: REASON.`, where the path is one of ours.
  const said = detail
    .replace(/^mount: (?:\/.*?: )?/, '')
    .replace(/\.$/, '')
    .slice(0, 300);
  return problem('bind-refused', { path: wish.target, reason: 'failed', detail: said });
}
