import { problem } from '../../shared/image/problem';
import { impliedFacts } from '../../shared/layer/layerShape';
import {
  LayerStack,
  StackFault,
  toStackEntry,
  type StackEntry,
  type Stacked,
} from '../../shared/layer/stackLayers';
import type { LayerError } from '../../shared/layer/tarFault';
import type { HeaderToWrite, TarFault, TarHeader } from '../../shared/layer/tarHeader';
import { opaquePath, whiteoutPath } from '../../shared/layer/whiteout';
import { entryOf, LayerFault } from '../index/indexLayer';
import type { TarVisitor } from '../tar/readTar';
import { checkRoom } from '../worker/freeSpace';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { blobFault, readStored } from '../worker/storedLayer';
import { copiedHeader, MemberCopy } from './copyMember';
import { withSink, type LayerSink } from './layerSink';

/** An entry of a layer by where it stands: the second pass finds its contents by the same count. */
interface Source {
  readonly layer: number;
  readonly member: number;
  readonly header: TarHeader;
}

/**
 * The job `merge-layers`. Two passes: the first reads headers and finds out what is visible, the second copies the contents
 * of that. Members come in an order that needs each layer once: directories by path, then everything else as the layers
 * have it from the bottom up, then further names of files. With `directoriesLast` directories end the archive, the deepest
 * first: tar(1) gives a directory its mode and times as soon as something else follows, and could then put nothing into
 * one that is read-only, or would change its times. The same layers give the same bytes.
 */
export async function mergeLayers(
  input: JobInput<'merge-layers'>,
  tools: JobTools,
): Promise<JobOutput<'merge-layers'>> {
  const name = input.targetLabel ?? input.label;
  try {
    return await withSink({ ...input, label: name }, async (sink) => {
      await new Merge(input, sink, tools).run();
      return {};
    });
  } catch (cause) {
    throw diskProblem(cause, name, 'write');
  }
}

class Merge {
  private readonly sources: (Source | null)[][] = [];

  constructor(
    private readonly input: JobInput<'merge-layers'>,
    private readonly sink: LayerSink,
    private readonly tools: JobTools,
  ) {}

  async run(): Promise<void> {
    const { layers, keepWhiteouts, directoriesLast } = this.input;
    const stack = new LayerStack<Source>();
    for (let layer = 0; layer < layers.length; layer++) {
      const entries = await this.readHeaders(layer);
      try {
        stack.add(entries);
      } catch (thrown) {
        if (!(thrown instanceof StackFault)) throw thrown;
        const fault = this.fault(layer, thrown.path, thrown.fault);
        const stored = layers[layer];
        throw stored ? await blobFault(stored, fault, this.tools) : fault;
      }
    }
    const stacked = stack.result();
    const bytes = [...stacked.nodes.keys()].reduce((sum, { header }) => sum + header.size, 0);
    checkRoom(this.input.target, bytes, this.input.targetLabel ?? this.input.label);
    if (!directoriesLast) this.writeDirectories(stacked.directories);
    if (keepWhiteouts) this.writeMarks(stacked);
    for (let layer = 0; layer < layers.length; layer++) await this.copyContents(layer, stacked);
    for (const [{ header }, [first = '', ...others]] of stacked.nodes)
      for (const name of others)
        this.sink.member({
          ...copiedHeader(name, header),
          type: 'hardlink',
          size: 0,
          linkName: first,
          xattrs: [],
        });
    if (directoriesLast) this.writeDirectories([...stacked.directories].reverse());
  }

  private writeDirectories(directories: Stacked<Source>['directories']): void {
    // What may have another look below stays implied.
    for (const { path, data, renewed } of directories) {
      const name = path === '' ? './' : `${path}/`;
      if (data) this.sink.member(copiedHeader(name, data.header));
      else if (renewed || !this.input.keepWhiteouts)
        this.sink.member({ ...impliedFacts, name, type: 'directory', size: 0 });
    }
  }

  private writeMarks({ whiteouts, opaques }: Stacked<Source>): void {
    for (const path of opaques) this.sink.member(mark(opaquePath(path)));
    for (const path of whiteouts) this.sink.member(mark(whiteoutPath(path)));
  }

  /** First pass over a layer: its entries. Verified in the second pass, before anything of it counts. */
  private async readHeaders(layer: number): Promise<StackEntry<Source>[]> {
    const entries: StackEntry<Source>[] = [];
    const sources: (Source | null)[] = [];
    this.sources.push(sources);
    await this.read(layer, false, {
      member: (header) => {
        const source = { layer, member: sources.length, header };
        const entry = this.toEntry(header, source, layer);
        sources.push(entry?.kind === 'node' || entry?.kind === 'symlink' ? source : null);
        if (entry) entries.push(entry);
        return false;
      },
    });
    return entries;
  }

  private toEntry(header: TarHeader, data: Source, layer: number): StackEntry<Source> | null {
    try {
      const entry = entryOf(header, 0);
      return entry && toStackEntry(entry, data);
    } catch (thrown) {
      if (thrown instanceof LayerFault) throw this.fault(layer, thrown.entry, thrown);
      throw thrown;
    }
  }

  /** Second pass over a layer: everything of it that is visible, with its contents. */
  private async copyContents(layer: number, { nodes }: Stacked<Source>): Promise<void> {
    let member = 0;
    const copy = new MemberCopy(this.sink);
    await this.read(layer, true, {
      member: (header) => {
        const source = this.sources[layer]?.[member++] ?? null;
        const [name] = (source && nodes.get(source)) ?? [];
        if (name === undefined) return false;
        return copy.begin(name, header);
      },
      body: (chunk) => copy.body(chunk),
      end: () => copy.end(),
    });
  }

  private async read(layer: number, verify: boolean, visitor: TarVisitor): Promise<void> {
    const stored = this.input.layers[layer];
    const fault = (member: string, cause: TarFault): Error => this.fault(layer, member, cause);
    if (stored) await readStored(stored, visitor, this.tools, { verify, fault });
  }

  private fault(layer: number, entry: string, cause: LayerError): Error {
    const { label: file, layers } = this.input;
    return problem('layer-invalid', {
      file,
      entry,
      ...cause.facts(entry),
      layer: layer + 1,
      layers: layers.length,
    });
  }
}

const mark = (name: string): HeaderToWrite => ({ name, type: 'file', size: 0, mode: 0o600, mtime: 0 });
