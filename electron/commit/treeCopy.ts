import type { TarHeader } from '../../shared/layer/tarHeader';
import type { StackedDirectory } from '../../shared/layer/stackLayers';
import { copiedHeader, MemberCopy } from './copyMember';
import type { MemberSink } from './layerSink';
import type { MemberSpool } from './memberSpool';
import type { TreeStep } from './treeOrder';

/**
 * Writes members in the order of a tree while they come in that of their layers: what comes at its turn goes straight into the
 * archive, everything else waits in a spool.
 */
export class TreeCopy<T extends object> {
  private step: TreeStep<T> | null;
  /** What has several names and was written: the first of them, and its header for the others. */
  private readonly written = new Map<T, { readonly first: string; readonly header: TarHeader }>();
  private readonly copy: MemberCopy;
  private inHand: { readonly data: T; readonly header: TarHeader; readonly waits: boolean } | null = null;

  constructor(
    private readonly sink: MemberSink,
    private readonly steps: Iterator<TreeStep<T>, void>,
    private readonly spool: MemberSpool<T>,
    private readonly tree: {
      /** Whether something has more than one name. */
      readonly isShared: (data: T) => boolean;
      readonly writeDirectory: (directory: StackedDirectory<T>) => void;
    },
  ) {
    this.copy = new MemberCopy(sink);
    this.step = this.next();
  }

  /** A visible member; true where its body must follow. */
  begin(data: T, header: TarHeader): boolean {
    this.goOn();
    const waits = this.step?.data !== data;
    this.inHand = { data, header, waits };
    if (waits) this.spool.begin(data, header);
    const hasBody = waits
      ? header.type === 'file' || header.type === 'sparse'
      : this.copy.begin(this.nameOfStep(), header);
    if (!hasBody) this.end();
    return hasBody;
  }

  body(chunk: Uint8Array): void {
    if (this.inHand?.waits === true) this.spool.body(chunk);
    else this.copy.body(chunk);
  }

  end(): void {
    const { inHand } = this;
    this.inHand = null;
    if (inHand?.waits === false) this.finished(inHand.data, inHand.header);
  }

  /** Writes what is left, after the last member. */
  finish(): void {
    this.goOn();
    if (this.step !== null) throw new Error('a member of the tree has not come');
  }

  /** Writes all that can be written by now. */
  private goOn(): void {
    for (let step = this.step; step !== null; step = this.step) {
      if (step.directory) {
        this.tree.writeDirectory(step.directory);
        this.step = this.next();
        continue;
      }
      const { path, data } = step;
      const known = this.written.get(data);
      if (known) {
        const plain = copiedHeader(path, known.header);
        this.sink.member({ ...plain, type: 'hardlink', size: 0, linkName: known.first, xattrs: [] });
        this.step = this.next();
        continue;
      }
      if (!this.spool.has(data)) return;
      let taken: TarHeader | null = null;
      this.spool.take(
        data,
        (header) => {
          taken = header;
          return this.copy.begin(path, header);
        },
        (chunk) => this.copy.body(chunk),
      );
      if (taken) this.finished(data, taken);
    }
  }

  private finished(data: T, header: TarHeader): void {
    this.copy.end();
    if (this.tree.isShared(data)) this.written.set(data, { first: this.nameOfStep(), header });
    this.step = this.next();
  }

  private nameOfStep(): string {
    return this.step?.directory === null ? this.step.path : '';
  }

  private next(): TreeStep<T> | null {
    const { done, value } = this.steps.next();
    return done === true ? null : value;
  }
}
