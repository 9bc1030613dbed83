import { addBytes } from '../../shared/image/bytes';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import { attributeBytes } from '../../shared/layer/attributeTally';
import { impliedFacts } from '../../shared/layer/layerShape';
import {
  LayerStack,
  StackFault,
  toStackEntry,
  type StackEntry,
  type Stacked,
  type StackedDirectory,
  type StackLayer,
} from '../../shared/layer/stackLayers';
import { partOf } from '../../shared/layer/treePart';
import type { LayerError } from '../../shared/layer/tarFault';
import { TarLimitFault, type TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { impliedMark, opaquePath, whiteoutPath } from '../../shared/layer/whiteout';
import { entryOf, LayerFault } from '../index/indexLayer';
import { holdNumbers, TreeFault } from '../mount/treeRules';
import type { TarVisitor } from '../tar/readTar';
import { checkRoom } from '../worker/freeSpace';
import { limitProblem } from '../worker/indexArchive';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { blobFault, readStored } from '../worker/storedLayer';
import { copiedHeader, mark, MemberCopy } from './copyMember';
import { withSink, type MemberSink } from './layerSink';
import { MemberSpool } from './memberSpool';
import { TreeCopy } from './treeCopy';
import { treeOrder } from './treeOrder';

/** An entry of a layer by where it stands: the second pass finds its contents by the same count. */
interface Source {
  readonly layer: number;
  readonly member: number;
  /** Bytes of its body. */
  readonly size: number;
  /** Null for what is no directory: its header comes again with its contents, and there are a great many. */
  readonly header: TarHeader | null;
  /** A symbolic link that tar(1) makes after everything else, since it may lead out of the tree. */
  readonly leadsAway: boolean;
}

/**
 * The job `merge-layers`. Two passes: the first reads headers and finds out what is visible, the second copies the contents
 * of that. Members come in an order that needs each layer once: directories by path, then everything else as the layers
 * have it from the bottom up, each with its further names. With a `spool` they come in that of the tree (`treeOrder`). The same
 * layers give the same bytes.
 */
export async function mergeLayers(
  input: JobInput<'merge-layers'>,
  tools: JobTools,
): Promise<JobOutput<'merge-layers'>> {
  const name = input.targetLabel ?? input.label;
  try {
    return await withSink({ ...input, label: name }, async (sink) => {
      await writeMerged(input, sink, tools);
      return {};
    });
  } catch (cause) {
    throw diskProblem(cause, name, 'write');
  }
}

/** What is merged, and whereto: the part of `merge-layers` that says what is written, not how. */
export type MergeInput = Pick<
  JobInput<'merge-layers'>,
  'layers' | 'keepWhiteouts' | 'spool' | 'target' | 'label' | 'targetLabel' | 'part'
>;

/** Writes what layers come to into a sink. Throws `layer-invalid`, `blob-damaged`, `no-room`, `cancelled`, and what the sink throws. */
export async function writeMerged(input: MergeInput, sink: MemberSink, tools: JobTools): Promise<void> {
  return new Merge(input, sink, tools).run();
}

class Merge {
  private readonly sources: (Source | null)[][] = [];
  /** Bytes of the extended attributes of all headers that are held. */
  private attributes = 0;

  constructor(
    private readonly input: MergeInput,
    private readonly sink: MemberSink,
    private readonly tools: JobTools,
  ) {}

  async run(): Promise<void> {
    const { layers, keepWhiteouts, spool } = this.input;
    const stack = new LayerStack<Source>();
    for (let layer = 0; layer < layers.length; layer++) {
      try {
        const stacking = stack.begin();
        await this.readHeaders(layer, stacking);
        stacking.end();
      } catch (thrown) {
        if (!(thrown instanceof StackFault)) throw thrown;
        const fault = this.fault(layer, thrown.path, thrown.fault);
        const stored = layers[layer];
        throw stored ? await blobFault(stored, fault, this.tools) : fault;
      }
    }
    const { part } = this.input;
    const stacked = part ? partOf(stack.result(), part) : stack.result();
    const bytes = [...stacked.nodes.keys()].reduce((sum, { size }) => addBytes(sum, size), 0);
    checkRoom(this.input.target, bytes, this.input.targetLabel ?? this.input.label);
    if (spool !== null) await this.writeTree(stacked, spool);
    else {
      // What may have another look below stays implied.
      for (const directory of stacked.directories)
        if (directory.data || directory.renewed || !keepWhiteouts) this.writeDirectory(directory);
      if (keepWhiteouts) this.writeMarks(stacked);
      for (let layer = 0; layer < layers.length; layer++) await this.copyContents(layer, stacked);
    }
  }

  /**
   * Writes all in the order of the tree. The layer with the most to see is read last, and gives the order of what is beside one
   * another: of the others what is seen waits on the disk, of that one hardly anything.
   */
  private async writeTree(stacked: Stacked<Source>, file: string): Promise<void> {
    const { nodes } = stacked;
    const seen = this.input.layers.map(() => 0);
    for (const { layer, size } of nodes.keys()) seen[layer] = addBytes(seen[layer] ?? 0, size + 1);
    const main = seen.indexOf(Math.max(...seen));
    const waiting = seen.reduce((sum, bytes, layer) => addBytes(sum, layer === main ? 0 : bytes), 0);
    checkRoom(
      this.input.target,
      addBytes(waiting, seen[main] ?? 0),
      this.input.targetLabel ?? this.input.label,
    );
    const spool = new MemberSpool<Source>(file);
    try {
      const steps = treeOrder(
        stacked,
        ({ layer, member }) => (layer === main ? member : Infinity),
        ({ leadsAway }) => leadsAway,
      );
      const copy = new TreeCopy(this.sink, steps, spool, {
        isShared: (source) => (nodes.get(source)?.length ?? 0) > 1,
        writeDirectory: (directory) => this.writeDirectory(directory),
      });
      const order = this.input.layers.map((_, layer) => layer).filter((layer) => layer !== main);
      for (const layer of main < 0 ? order : [...order, main]) {
        let member = 0;
        await this.read(layer, true, {
          member: (header) => {
            const source = this.sources[layer]?.[member++] ?? null;
            return source !== null && nodes.has(source) && copy.begin(source, header);
          },
          body: (chunk) => copy.body(chunk),
          end: () => copy.end(),
        });
      }
      copy.finish();
    } finally {
      spool.close();
    }
  }

  private writeDirectory({ path, data }: StackedDirectory<Source>): void {
    const name = path === '' ? './' : `${path}/`;
    const header = data?.header ? copiedHeader(name, data.header) : { ...impliedFacts, name, size: 0 };
    this.sink.member({ ...header, type: 'directory' });
  }

  /** Writes the further names of what was just written by its first one. */
  private writeNames(header: TarHeader, [first = '', ...others]: readonly string[]): void {
    for (const name of others) {
      const plain = copiedHeader(name, header);
      this.sink.member({ ...plain, type: 'hardlink', size: 0, linkName: first, xattrs: [] });
    }
  }

  private writeMarks({ whiteouts, opaques, bare }: Stacked<Source>): void {
    for (const path of opaques) this.sink.member(mark(opaquePath(path)));
    for (const path of whiteouts) this.sink.member(mark(whiteoutPath(path)));
    for (const path of bare) this.sink.member(mark(impliedMark(path)));
  }

  /** First pass over a layer: its entries. Verified in the second pass, before anything of it counts. */
  private async readHeaders(layer: number, stacking: StackLayer<Source>): Promise<void> {
    const sources: (Source | null)[] = [];
    this.sources.push(sources);
    await this.read(layer, false, {
      member: (header) => {
        const { type, size, linkName } = header;
        if (type === 'directory') this.holdAttributes(header);
        const source = {
          layer,
          member: sources.length,
          size,
          header: type === 'directory' ? header : null,
          leadsAway: type === 'symlink' && /^\/|(?:^|\/)\.\.(?:\/|$)/.test(linkName),
        };
        const entry = this.toEntry(header, source, layer);
        const hasName = entry?.kind === 'node' || entry?.kind === 'symlink' || entry?.kind === 'aside';
        sources.push(hasName ? source : null);
        if (entry) stacking.put(entry);
        return false;
      },
    });
  }

  /** Holds the attributes of all layers together to what those of one may be. Throws `limit-exceeded`. */
  private holdAttributes({ name, xattrs }: TarHeader): void {
    this.attributes += attributeBytes(xattrs);
    const limit = storedLimits['xattrs-total'];
    if (this.attributes <= limit) return;
    const fault = new TarLimitFault({ name: 'xattrs-total', limit, found: this.attributes }, name);
    throw limitProblem(fault, this.input.label);
  }

  private toEntry(header: TarHeader, data: Source, layer: number): StackEntry<Source> | null {
    try {
      holdNumbers(header);
      const entry = entryOf(header, 0);
      return entry && toStackEntry(entry, data);
    } catch (thrown) {
      if (thrown instanceof LayerFault) throw this.fault(layer, thrown.entry, thrown);
      if (thrown instanceof TreeFault) throw this.fault(layer, header.name, thrown);
      throw thrown;
    }
  }

  /** Second pass over a layer: everything of it that is visible, with its contents. */
  private async copyContents(layer: number, { nodes }: Stacked<Source>): Promise<void> {
    let member = 0;
    let inHand: TarHeader | null = null;
    let names: readonly string[] = [];
    const copy = new MemberCopy(this.sink);
    const end = (): void => {
      copy.end();
      if (inHand) this.writeNames(inHand, names);
    };
    await this.read(layer, true, {
      member: (header) => {
        const source = this.sources[layer]?.[member++] ?? null;
        inHand = source && header;
        names = (source && nodes.get(source)) ?? [];
        const [name] = names;
        if (name === undefined) return false;
        const hasBody = copy.begin(name, header);
        if (!hasBody) end();
        return hasBody;
      },
      body: (chunk) => copy.body(chunk),
      end,
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
