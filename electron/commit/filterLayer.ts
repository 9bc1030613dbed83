import { problem } from '../../shared/image/problem';
import { lexicalPath, normalisePath } from '../../shared/layer/entryPath';
import { pathRemoval } from '../../shared/layer/removePaths';
import { impliedMark } from '../../shared/layer/whiteout';
import type { LayerError } from '../../shared/layer/tarFault';
import type { TarHeader } from '../../shared/layer/tarHeader';
import { LayerRemoval, type RemovalPlan } from '../../shared/layer/layerRemoval';
import { stackProblem } from '../../shared/layer/stackLayers';
import { entryOf, LayerFault } from '../index/indexLayer';
import { holdNumbers, TreeFault } from '../mount/treeRules';
import type { TarVisitor } from '../tar/readTar';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readStored } from '../worker/storedLayer';
import { copiedHeader, mark, MemberCopy } from './copyMember';
import { withSink, type LayerSink } from './layerSink';

/**
 * The job `filter-layer`. Two passes: the first reads headers and plans (`LayerRemoval`), the second copies all that stays, in
 * its order. The same layer and patterns give the same bytes.
 */
export async function filterLayer(
  input: JobInput<'filter-layer'>,
  tools: JobTools,
): Promise<JobOutput<'filter-layer'>> {
  const { plan, headers } = await planOf(input, tools);
  try {
    return await withSink(input, async (sink) => {
      await copyRest(input, { plan, headers, sink }, tools);
      return { dropped: plan.gone.length };
    });
  } catch (cause) {
    throw diskProblem(cause, input.label, 'write');
  }
}

interface Filtering {
  readonly plan: RemovalPlan;
  /** Of directories, by their count. */
  readonly headers: ReadonlyMap<number, TarHeader>;
  readonly sink: LayerSink;
}

/** Second pass: copies what stays. */
async function copyRest(
  input: JobInput<'filter-layer'>,
  { plan, headers, sink }: Filtering,
  tools: JobTools,
): Promise<void> {
  const copy = new MemberCopy(sink);
  const written = new Set<number>();
  const directory = (at: number): void => {
    const [header, path] = [headers.get(at), plan.names[at] ?? null];
    if (!header || path === null || written.has(at)) return;
    written.add(at);
    sink.member(copiedHeader(spelled(header, path), header));
  };
  let at = -1;
  await read(input, tools, true, {
    member: (header) => {
      const entry = entryOf(header, 0);
      if (entry === null) return false;
      at++;
      const path = plan.names[at] ?? null;
      if (path === null) return false;
      for (const each of plan.before.get(at) ?? []) directory(each);
      const name = spelled(header, path);
      switch (entry.kind) {
        case 'directory':
          directory(at);
          return false;
        case 'whiteout':
        case 'opaque':
          // Whatever it is written as: its name is all that it says.
          sink.member({ ...copiedHeader(name, header), type: 'file', size: 0, xattrs: [] });
          return false;
        case 'hardlink': {
          const target = plan.targets.get(at) ?? entry.target;
          const linkName = lexicalPath(header.linkName) === target ? header.linkName : target;
          sink.member({ ...copiedHeader(name, header), type: 'hardlink', size: 0, linkName, xattrs: [] });
          return false;
        }
        case 'file':
        case 'symlink':
        case 'character':
        case 'block':
        case 'fifo':
          return copy.begin(name, header);
      }
    },
    body: (chunk) => copy.body(chunk),
    end: () => copy.end(),
  });
  for (const path of plan.bare) sink.member(mark(impliedMark(path)));
}

/** A path as the member spelled it, where it did not lead through links. */
function spelled(header: TarHeader, path: string): string {
  if (normalisePath(header.name) === path) return header.name;
  if (path === '') return './';
  return header.type === 'directory' ? `${path}/` : path;
}

/** The plan, and the headers of directories by their count. */
async function planOf(input: JobInput<'filter-layer'>, tools: JobTools): Promise<Omit<Filtering, 'sink'>> {
  const removal = pathRemoval(input.patterns, input.aliases);
  if (!removal) throw new Error('patterns are checked before a layer is read');
  const more = new Set(input.more);
  const layer = new LayerRemoval(removal, (entry) => more.has(entry));
  const headers = new Map<number, TarHeader>();
  let count = 0;
  await read(input, tools, false, {
    member: (header) => {
      const entry = entryOf(header, 0);
      if (!entry) return false;
      try {
        holdNumbers(header);
      } catch (thrown) {
        throw thrown instanceof TreeFault ? fault(input, header.name, thrown) : thrown;
      }
      layer.add(entry);
      if (entry.kind === 'directory') headers.set(count, header);
      count++;
      return false;
    },
  });
  return { plan: layer.plan(), headers };
}

async function read(
  input: JobInput<'filter-layer'>,
  tools: JobTools,
  verify: boolean,
  visitor: TarVisitor,
): Promise<void> {
  try {
    await readStored(input.layer, visitor, tools, {
      verify,
      fault: (member, cause) => fault(input, member, cause),
    });
  } catch (thrown) {
    if (thrown instanceof LayerFault) throw fault(input, thrown.entry, thrown);
    throw stackProblem(thrown, input.label);
  }
}

function fault({ label: file }: JobInput<'filter-layer'>, entry: string, cause: LayerError): Error {
  return problem('layer-invalid', { file, entry, ...cause.facts(entry) }, { cause });
}
