import { accessListName, modeWithoutList } from '../../shared/layer/accessList';
import { blockSize, encodeHeader, padded, type HeaderToWrite } from '../../shared/layer/tarHeader';
import { LayerMembers } from '../mount/layerMembers';
import { TreeWriter } from '../mount/treeWriter';
import {
  TreeFault,
  type FileTarget,
  type LayerTarget,
  type Metadata,
  type TreeEnd,
} from '../mount/treeRules';
import { dropBeneath } from '../system/removeBeneath';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { problem } from '../../shared/image/problem';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import type { MemberSink } from './layerSink';
import { writeMerged } from './mergeLayers';

const zeros = new Uint8Array(2 * blockSize);

/** Nothing of a copy is a mark, and nothing of it is made that is more than a file. */
const style = { attributes: 'user', whiteouts: 'none', devices: false } as const;

/** The job `copy-part`. */
export async function copyPart(
  input: JobInput<'copy-part'>,
  tools: JobTools,
): Promise<JobOutput<'copy-part'>> {
  const { target, owners, targetLabel } = input;
  let writer: TreeWriter | null = null;
  let members: LayerMembers | null = null;
  try {
    writer = new TreeWriter(target, { ...style, owners: owners ? 'kept' : 'single' }, targetLabel);
    members = new LayerMembers(new OwnTree(writer, owners));
    const sink = new TreeSink(members);
    await writeMerged({ ...input, keepWhiteouts: false, spool: null }, sink, tools);
    sink.finish();
    const { entries, bytes, devicesLeftOut } = members.end();
    return { entries: entries - devicesLeftOut, bytes, leftOut: devicesLeftOut };
  } catch (thrown) {
    members?.abandon();
    dropBeneath(target);
    if (members && (thrown instanceof TreeFault || thrown instanceof TarFault))
      throw problem(
        'layer-invalid',
        { file: input.label, entry: members.inHand, ...thrown.facts(members.inHand) },
        { cause: thrown },
      );
    throw diskProblem(thrown, targetLabel, 'write');
  } finally {
    writer?.close();
  }
}

/** Hands members to what makes a tree of them, as the archive that they would be. */
class TreeSink implements MemberSink {
  private left = 0;
  private size = 0;

  constructor(private readonly members: LayerMembers) {}

  member(header: HeaderToWrite): void {
    this.members.feed(encodeHeader(header));
    this.size = header.type === 'file' ? header.size : 0;
    this.left = this.size;
  }

  body(bytes: Uint8Array): void {
    this.members.feed(bytes);
    this.left -= bytes.length;
    const rest = padded(this.size) - this.size;
    if (this.left === 0 && rest > 0) this.members.feed(zeros.subarray(0, rest));
  }

  finish(): void {
    this.members.feed(zeros);
  }
}

/** What this user may set: capabilities and their like are for root to give. */
function givable(xattrs: Metadata['xattrs']): Metadata['xattrs'] {
  if (process.geteuid?.() === 0) return xattrs;
  return new Map([...xattrs].filter(([name]) => !name.startsWith('security.')));
}

/** A tree of the person's own: see the job. */
class OwnTree implements LayerTarget {
  constructor(
    private readonly tree: TreeWriter,
    private readonly owners: boolean,
  ) {}

  private own(metadata: Metadata): Metadata {
    if (this.owners) return { ...metadata, xattrs: givable(metadata.xattrs) };
    const mode = modeWithoutList(metadata.mode, metadata.xattrs.get(accessListName));
    return { ...metadata, mode: mode & 0o777, xattrs: new Map() };
  }

  file(path: string, metadata: Metadata, header: TarHeader): FileTarget {
    return this.tree.file(path, this.own(metadata), header);
  }

  fileAside(name: string, metadata: Metadata, header: TarHeader): FileTarget {
    return this.tree.fileAside(name, this.own(metadata), header);
  }

  directoryEntry(path: string, metadata: Metadata): void {
    this.tree.directoryEntry(path, this.own(metadata));
  }

  symlink(path: string, target: string, metadata: Metadata): void {
    this.tree.symlink(path, target, this.own(metadata));
  }

  hardlink(path: string, target: string): void {
    this.tree.hardlink(path, target);
  }

  unplaced(path: string): void {
    this.tree.unplaced(path);
  }

  node(
    path: string,
    _: 'character' | 'block' | 'fifo',
    device: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean {
    // As a device, which this tree leaves out: a fifo would keep whoever reads the copy waiting.
    return this.tree.node(path, 'character', device, metadata);
  }

  whiteout(path: string): void {
    this.tree.whiteout(path);
  }

  opaque(path: string): void {
    this.tree.opaque(path);
  }

  end(): TreeEnd {
    return this.tree.end();
  }
}
