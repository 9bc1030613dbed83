import type { Digest } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import { defaultLimits } from '../../../shared/image/limits';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { Engine } from '../../engine/engine';
import type { StagedRoot } from '../../source/imageSource';
import { stageInput } from '../../source/sources';
import type { ActionContext, Run } from '../../actions/ground/context';
import type { EnginePick } from './enginePick';
import { sourceTools } from '../../actions/copy/loadImages';
import { readStoreView } from '../../actions/images/storeView';
import { withinTime } from '../../actions/ground/withinTime';

/**
 * What was asked for of what arrived: the images that the engine had listed, each under the names that it was asked for by. Names
 * beyond these are left out; an image beyond them, under whatever name, is refused, since nobody chose it. Throws
 * `engine-copy-differs`.
 */
export function pickedRoots(
  roots: readonly StagedRoot[],
  { images, wanted }: EnginePick,
  engine: string,
): readonly StagedRoot[] {
  const listed = new Set<Digest>(images.map(({ id }) => id));
  const idsOf = ({ digest, images: own }: StagedRoot): readonly Digest[] => [
    digest,
    ...own.map(({ id }) => id),
  ];
  // The containerd image store of Docker calls an image by its manifest or index, all others by its config.
  const isListed = (root: StagedRoot): boolean =>
    listed.has(root.digest) || (root.images.length > 0 && root.images.every(({ id }) => listed.has(id)));
  const differs = (name: string, expected: Digest, found: Digest | ''): ProblemError =>
    problem('engine-copy-differs', { engine, name, expected, found });
  const [first] = images;
  for (const root of roots) {
    if (isListed(root)) continue;
    const name = root.names.find((each) => wanted.has(each));
    const expected = name === undefined ? first?.id : wanted.get(name);
    const found = root.images[0]?.id ?? root.digest;
    if (first && expected !== undefined) throw differs(name ?? displayName(first), expected, found);
  }
  const left = new Map(wanted);
  const taken = roots.map((root) => {
    const ids = new Set(idsOf(root));
    const names = root.names.filter((name) => ids.has(left.get(name) ?? ('' as Digest)) && left.delete(name));
    return { ...root, names };
  });
  for (const image of images)
    if (!taken.some((root) => idsOf(root).includes(image.id)))
      throw differs(displayName(image), image.id, roots[0]?.images[0]?.id ?? '');
  // A name that the archive gives to another of the listed images, or to none, is the one's for which the engine listed it.
  return taken.map((root) => {
    const ids = new Set(idsOf(root));
    const own = [...left].filter(([name, id]) => ids.has(id) && left.delete(name)).map(([name]) => name);
    return { ...root, names: [...root.names, ...own] };
  });
}

/** What is wrong with an archive of an engine as a fault of its answer: there is no file that somebody could copy again. */
export function archiveProblem({ connection }: Engine, thrown: unknown): unknown {
  if (!(thrown instanceof ProblemError)) return thrown;
  const { code, facts } = thrown.problem;
  const request = { path: '/images/get' };
  if (code === 'archive-truncated') return connection.invalid(request, 'archive-ends', facts.read);
  if (code === 'not-an-image' || code === 'archive-empty') return connection.invalid(request, 'no-archive');
  return thrown;
}

/**
 * Reads an archive of an engine as a load would, every digest held against its bytes, and keeps nothing of it: a file that is
 * handed on as an image has to be that image. Gives its number of layers, and whether it has names that nobody asked for. Throws as
 * a load does, and `engine-copy-differs`.
 */
export async function checkEngineArchive(
  context: ActionContext,
  engine: Engine,
  archive: { readonly path: string; readonly pick: EnginePick },
  run: Run,
): Promise<{ readonly layers: number; readonly hasMoreNames: boolean }> {
  const ingest = await context.store.beginIngest();
  try {
    const tools = { ...sourceTools(context, await readStoreView(context)), verifyOnly: true };
    const { roots, layers } = await withinTime(context.limits ?? defaultLimits, engine.name, run, (timed) =>
      stageInput(archive.path, engine.name, ingest, tools, {
        signal: timed.signal,
        report: ({ done, total }) => timed.report({ phase: 'verifying', done, total }),
      }),
    );
    const asked = new Set(pickedRoots(roots, archive.pick, engine.name).flatMap(({ names }) => names));
    return { layers, hasMoreNames: roots.some(({ names }) => names.some((name) => !asked.has(name))) };
  } catch (thrown) {
    throw archiveProblem(engine, thrown);
  } finally {
    await ingest.abort();
  }
}
