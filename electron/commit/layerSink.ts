import { storedLimits, type Limits } from '../../shared/image/limits';
import { LayerPass } from '../index/indexLayer';
import { checkRoom } from '../worker/freeSpace';
import { limitProblem } from '../worker/indexArchive';
import { dropOutFile, OutFile } from '../worker/jobTools';
import type { BlobFacts } from '../worker/jobs';
import { blobFacts } from '../worker/readBlob';
import {
  blockSize,
  encodeHeader,
  padded,
  TarLimitFault,
  type HeaderToWrite,
} from '../../shared/layer/tarHeader';

const bufferSize = 1 << 20;
const zeros = new Uint8Array(2 * blockSize);

/** Where a layer is written; neither file is there before. */
export interface LayerFiles {
  readonly target: string;
  /** Null where only the tar is wanted. */
  readonly indexTarget: string | null;
  /** What the person knows the layer as. */
  readonly label: string;
  /** Those of what comes from outside; left out for what is in the store already. */
  readonly limits?: Limits;
}

/** Has `work` write a layer; where that fails nothing is left of it. Throws what `work` and {@link LayerSink} throw, `limit-exceeded`. */
export async function withSink<T extends object>(
  files: LayerFiles,
  work: (sink: LayerSink) => T | Promise<T>,
): Promise<BlobFacts & { readonly entries: number } & T> {
  const sink = new LayerSink(files);
  try {
    const more = await work(sink);
    return { ...sink.finish(), entries: sink.entries, ...more };
  } catch (thrown) {
    sink.abandon();
    dropOutFile(files.target);
    if (files.indexTarget !== null) dropOutFile(files.indexTarget);
    throw thrown instanceof TarLimitFault ? limitProblem(thrown, files.label) : thrown;
  }
}

/** Where members of an archive go, one after the other. */
export interface MemberSink {
  /** Begins a member; its body, `header.size` bytes, must follow by {@link MemberSink.body}. */
  member(header: HeaderToWrite): void;
  /** Some of the body of the member that was begun last. */
  body(bytes: Uint8Array): void;
}

/**
 * A layer tar that is being written: hashed and indexed as it goes by, so that nothing has to be read again. Small pieces
 * are gathered before they are written.
 */
export class LayerSink implements MemberSink {
  private readonly out: OutFile;
  private readonly pass: LayerPass;
  private readonly buffer = Buffer.allocUnsafe(bufferSize);
  private filled = 0;
  private bodyLeft = 0;
  private bodySize = 0;
  entries = 0;

  /** Creates both files; `indexTarget` null makes no index. Throws `file-unwritable`, `disk-full`. */
  constructor({ target, indexTarget, label, limits = storedLimits }: LayerFiles) {
    this.out = new OutFile(target, label);
    try {
      this.pass = new LayerPass(indexTarget, true, limits);
    } catch (thrown) {
      this.out.abandon();
      dropOutFile(target);
      throw thrown;
    }
  }

  /**
   * Begins a member; its body, `header.size` bytes, must follow by {@link LayerSink.body}. Throws `no-room` before one that the
   * disk cannot hold.
   */
  member(header: HeaderToWrite): void {
    if (this.bodyLeft !== 0) throw new Error('the body before is not complete');
    if (header.type === 'file') checkRoom(this.out.path, header.size, `/${header.name}`);
    this.put(encodeHeader(header));
    this.bodyLeft = header.type === 'file' ? header.size : 0;
    this.bodySize = this.bodyLeft;
    this.entries++;
  }

  /** Some of the body of the member that was begun last. */
  body(bytes: Uint8Array): void {
    this.put(bytes);
    this.bodyLeft -= bytes.length;
    if (this.bodyLeft < 0) throw new Error('the body is too long');
    if (this.bodyLeft === 0) this.pad(this.bodySize);
  }

  /** Ends the archive, makes both files durable and tells what it is. */
  finish(): BlobFacts {
    this.put(zeros);
    this.flush();
    const tar = this.pass.finish(null);
    const facts = blobFacts(tar.diffId, tar.tarSize, 'none', tar);
    if (facts.facts) this.pass.writeIndex(facts.facts);
    this.out.finish();
    return facts;
  }

  /** Closes both files, whatever has become of them. */
  abandon(): void {
    this.pass.abandon();
    this.out.abandon();
  }

  private pad(size: number): void {
    const rest = padded(size) - size;
    if (rest > 0) this.put(zeros.subarray(0, rest));
  }

  private put(bytes: Uint8Array): void {
    if (bytes.length >= bufferSize / 4) {
      this.flush();
      this.send(bytes);
      return;
    }
    if (this.filled + bytes.length > bufferSize) this.flush();
    this.buffer.set(bytes, this.filled);
    this.filled += bytes.length;
  }

  private flush(): void {
    if (this.filled > 0) this.send(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  private send(bytes: Uint8Array): void {
    this.out.write(bytes);
    this.pass.feed(bytes);
  }
}
