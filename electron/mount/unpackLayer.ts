import { rmSync } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { TarReader } from '../tar/readTar';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { storedLayerTar } from '../worker/storedLayer';
import { SparseBody } from './sparseBody';
import { TreeFault, TreeWriter, type Metadata, type TreeFile } from './treeWriter';

/** Faults of the file system that the archive is to blame for. */
const blamable = new Set(['ENAMETOOLONG', 'EINVAL', 'ELOOP', 'ENOTDIR', 'EISDIR', 'EMLINK', 'EPERM']);

/** The job `unpack-layer`. */
export async function unpackLayer(
  input: JobInput<'unpack-layer'>,
  tools: JobTools,
): Promise<JobOutput<'unpack-layer'>> {
  const unpacking = new Unpacking(input);
  try {
    for await (const chunk of storedLayerTar(input, tools)) unpacking.feed(chunk);
    return unpacking.end();
  } catch (thrown) {
    unpacking.abandon();
    // Directories may have lost their write permission already; as their owner we can give it back.
    rmSync(input.target, { recursive: true, force: true });
    throw unpacking.explain(thrown);
  }
}

/** One layer on its way from tar to tree. */
class Unpacking {
  private readonly tree: TreeWriter;
  private readonly reader: TarReader;
  private file: { readonly out: TreeFile; readonly sparse: SparseBody | null } | null = null;
  private entries = 0;
  private bytes = 0;
  private devicesLeftOut = 0;
  private opaqueRoot = false;
  /** Whiteouts wait for the end: they speak of layers below, wherever they stand in this one. */
  private readonly whiteouts: string[] = [];
  private readonly opaques: string[] = [];

  constructor(private readonly input: JobInput<'unpack-layer'>) {
    try {
      this.tree = new TreeWriter(input.target, input.style);
    } catch (cause) {
      throw diskProblem(cause, input.target, 'write');
    }
    this.reader = new TarReader({
      member: (header) => this.member(header),
      body: (chunk) => this.body(chunk),
      end: () => this.endFile(),
    });
  }

  feed(chunk: Uint8Array): void {
    this.reader.feed(chunk);
  }

  end(): JobOutput<'unpack-layer'> {
    if (!this.reader.complete) throw new TarFault('the layer ends in the middle of a member');
    for (const path of this.opaques) if (this.tree.opaque(path)) this.opaqueRoot = true;
    for (const path of this.whiteouts) this.tree.whiteout(path);
    this.tree.end();
    const { entries, bytes, devicesLeftOut, opaqueRoot } = this;
    return { entries, bytes, devicesLeftOut, opaqueRoot };
  }

  abandon(): void {
    this.file?.out.abandon();
    this.file = null;
  }

  /** What a fault means for the person: the layer's, the disk's, or ours. */
  explain(thrown: unknown): unknown {
    const { label: file, digest: entry } = this.input;
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    const atFault = thrown instanceof TarFault || thrown instanceof TreeFault;
    if (!atFault && !blamable.has(code)) return diskProblem(thrown, this.input.target, 'write');
    const what = atFault ? thrown.message : code;
    const member = this.reader.member;
    const reason = member === '' ? what : `${member}: ${what}`;
    return problem('layer-invalid', { file, entry, reason }, { cause: thrown });
  }

  private member(header: TarHeader): boolean {
    const path = normalisePath(header.name);
    if (path === null) throw new TreeFault('leads out of the layer');
    if (isInvalidWhiteout(path)) throw new TreeFault('is a deletion of nothing');
    const base = path.slice(path.lastIndexOf('/') + 1);
    const mark = whiteoutMark(path);
    if (mark) {
      (mark.kind === 'opaque' ? this.opaques : this.whiteouts).push(mark.path);
      this.entries++;
      return false;
    }
    // AUFS's own book-keeping (`.wh..wh.plnk`), in archives of its time.
    if (base.startsWith('.wh..wh.')) return false;
    if (path === '' && header.type !== 'directory') throw new TreeFault('is the root, and no directory');
    return this.take(path, header);
  }

  private take(path: string, header: TarHeader): boolean {
    this.entries++;
    const metadata: Metadata = {
      mode: header.mode,
      uid: header.uid,
      gid: header.gid,
      seconds: Math.floor(header.mtime),
      nanoseconds: header.nanoseconds,
      xattrs: header.xattrs,
    };
    switch (header.type) {
      case 'file':
      case 'sparse': {
        const out = this.tree.file(path, metadata);
        const sparse = header.type === 'sparse' ? new SparseBody(header, out) : null;
        this.file = { out, sparse };
        this.bytes += header.realSize;
        return true;
      }
      case 'directory':
        this.tree.directoryEntry(path, metadata);
        return false;
      case 'symlink':
        this.tree.symlink(path, header.linkName, metadata);
        return false;
      case 'hardlink': {
        const target = normalisePath(header.linkName);
        if (target === null) throw new TreeFault('is a hard link out of the layer');
        this.tree.hardlink(path, target);
        return false;
      }
      case 'character':
      case 'block':
      case 'fifo':
        if (!this.tree.node(path, header.type, header, metadata)) this.devicesLeftOut++;
        return false;
      case 'unknown':
        this.entries--;
        return false;
    }
  }

  private body(chunk: Uint8Array): void {
    if (this.file?.sparse) this.file.sparse.write(chunk);
    else this.file?.out.write(chunk);
  }

  private endFile(): void {
    const file = this.file;
    if (!file) return;
    file.sparse?.end();
    this.file = null;
    file.out.end();
  }
}
