import { rmSync } from 'node:fs';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import { pathRemoval } from '../../shared/layer/removePaths';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { whiteoutMark } from '../../shared/layer/whiteout';
import { TarReader } from '../tar/readTar';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { storedLayerTar } from '../worker/storedLayer';
import { copiedHeader, MemberCopy } from './copyMember';
import { LayerSink } from './layerSink';

/**
 * What to do with each member of the layer, by its count. `name` null drops it; a file that goes while a hard link to it
 * stays is written under the link's name, behind the directories that are above that.
 */
interface Plan {
  readonly names: readonly (string | null)[];
  /** By member: for hard links, what they name now. */
  readonly targets: ReadonlyMap<number, string>;
  /** By member: directories (members) to write first. */
  readonly before: ReadonlyMap<number, readonly TarHeader[]>;
  readonly dropped: number;
}

/**
 * The job `filter-layer`. Two passes: the first reads headers and plans, the second copies all that stays, in its order. The
 * same layer and patterns give the same bytes.
 */
export async function filterLayer(
  input: JobInput<'filter-layer'>,
  tools: JobTools,
): Promise<JobOutput<'filter-layer'>> {
  const plan = await planOf(input, tools);
  const sink = new LayerSink(input.target, input.indexTarget);
  let whole = false;
  try {
    const copy = new MemberCopy(sink, 'kept');
    let member = -1;
    const early = new Set([...plan.before.values()].flat().map(({ name }) => name));
    await read(input, tools, true, {
      member: (header) => {
        member++;
        const name = plan.names[member] ?? null;
        if (name === null || (header.type === 'directory' && early.has(header.name))) return false;
        for (const directory of plan.before.get(member) ?? [])
          sink.member(copiedHeader(directory.name, directory));
        if (header.type !== 'hardlink') return copy.begin(name, header);
        const linkName = plan.targets.get(member) ?? header.linkName;
        sink.member({ ...copiedHeader(name, header), type: 'hardlink', size: 0, linkName, xattrs: [] });
        return false;
      },
      body: (chunk) => copy.body(chunk),
      end: () => copy.end(),
    });
    const facts = sink.finish();
    whole = true;
    return { ...facts, entries: sink.entries, dropped: plan.dropped };
  } catch (cause) {
    throw diskProblem(cause, input.label, 'write');
  } finally {
    if (!whole) {
      sink.abandon();
      rmSync(input.target, { force: true });
      if (input.indexTarget !== null) rmSync(input.indexTarget, { force: true });
    }
  }
}

async function planOf(input: JobInput<'filter-layer'>, tools: JobTools): Promise<Plan> {
  const removal = pathRemoval(input.patterns);
  if (!removal) throw new Error('patterns are checked before a layer is read');
  const names: (string | null)[] = [];
  const targets = new Map<number, string>();
  const before = new Map<number, TarHeader[]>();
  const directories = new Map<string, Listed>();
  /** Files by path, and those that go with the name that they get from the first link that stays. */
  const files = new Map<string, number>();
  const heirs = new Map<number, string>();
  let dropped = 0;
  await read(input, tools, false, {
    member: (header) => {
      const at = names.length;
      const path = normalisePath(header.name) ?? header.name;
      const goes = removal.has(whiteoutMark(path)?.path ?? path);
      names.push(goes ? null : header.name);
      if (goes) dropped++;
      if (header.type === 'directory' && !goes) directories.set(path, { header, at });
      if (header.type !== 'hardlink') files.set(path, at);
      else {
        const target = normalisePath(header.linkName) ?? header.linkName;
        const file = files.get(target);
        if (file !== undefined) files.set(path, file);
        if (goes || !removal.has(target)) return false;
        if (file === undefined) throw problem('removal-breaks-link', { name: input.label, path, target });
        const heir = heirs.get(file);
        if (heir !== undefined) targets.set(at, heir);
        else {
          // The link stands where the file stood; directories of its that come later come with it.
          heirs.set(file, header.name);
          names[file] = header.name;
          names[at] = null;
          before.set(
            file,
            above(path, directories).flatMap((each) => (each.at > file ? [each.header] : [])),
          );
        }
      }
      return false;
    },
  });
  return { names, targets, before, dropped };
}

/** A directory with its count among the members. */
interface Listed {
  readonly header: TarHeader;
  readonly at: number;
}

/** Directories of the layer above a path, the highest first. */
function above(path: string, directories: ReadonlyMap<string, Listed>): Listed[] {
  const found: Listed[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const directory = directories.get(path.slice(0, slash));
    if (directory) found.push(directory);
  }
  return found;
}

async function read(
  input: JobInput<'filter-layer'>,
  tools: JobTools,
  verify: boolean,
  visitor: ConstructorParameters<typeof TarReader>[0],
): Promise<void> {
  const reader = new TarReader(visitor, storedLimits);
  try {
    for await (const chunk of storedLayerTar(input.layer, tools, verify)) reader.feed(chunk);
    if (!reader.complete) throw new TarFault('the layer ends in the middle of a member');
  } catch (thrown) {
    if (thrown instanceof TarFault) throw fault(input, reader.member, thrown.message);
    throw thrown;
  }
}

function fault({ label: file }: JobInput<'filter-layer'>, entry: string, reason: string): Error {
  return problem('layer-invalid', { file, entry, reason: `${entry}: ${reason}` });
}
