import { openSync, readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { TarHeader } from '../../shared/layer/tarHeader';
import { isHeldFile } from '../worker/jobTools';
import { OwnDescriptor } from '../system/ownDescriptor';

/** Bytes that are written and read at once. */
const pieceSize = 1 << 20;

/** Where a member lies in the spool. */
interface Place {
  readonly at: number;
  readonly head: number;
  size: number;
}

/**
 * Members that come before it is their turn, in a file of the caller's: of each a few numbers are held, by what it is known as.
 */
export class MemberSpool<T> {
  private fd: number | null = null;
  private end = 0;
  private readonly places = new Map<T, Place>();
  private inHand: Place | null = null;

  /** @param path of a file that is not there, or of one without a name */
  constructor(private readonly path: string) {}

  has(data: T): boolean {
    return this.places.has(data);
  }

  /** Begins a member; its body follows by {@link MemberSpool.body}. Throws what writing a file throws. */
  begin(data: T, header: TarHeader): void {
    const bytes = serialize(header);
    this.inHand = { at: this.end, head: bytes.length, size: 0 };
    this.places.set(data, this.inHand);
    this.write(bytes);
  }

  body(chunk: Uint8Array): void {
    this.write(chunk);
    if (this.inHand) this.inHand.size += chunk.length;
  }

  /** Gives a member and forgets it: `begin` is told its header and says whether it takes its body. */
  take(data: T, begin: (header: TarHeader) => boolean, body: (chunk: Uint8Array) => void): void {
    const place = this.places.get(data);
    if (!place || this.fd === null) return;
    this.places.delete(data);
    const head = Buffer.alloc(place.head);
    this.read(head, place.at);
    if (!begin(deserialize(head) as TarHeader)) return;
    const piece = Buffer.allocUnsafe(Math.min(pieceSize, place.size));
    for (let done = 0; done < place.size;) {
      const part = piece.subarray(0, Math.min(piece.length, place.size - done));
      this.read(part, place.at + place.head + done);
      body(part);
      done += part.length;
    }
  }

  close(): void {
    // Nothing is in it that is still wanted.
    if (this.fd !== null) new OwnDescriptor(this.fd).drop();
    this.fd = null;
  }

  private write(bytes: Uint8Array): void {
    this.fd ??= openSync(this.path, isHeldFile(this.path) ? 'r+' : 'wx+', 0o600);
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.fd, bytes, done, bytes.length - done, this.end + done);
    this.end += bytes.length;
  }

  private read(into: Uint8Array, at: number): void {
    for (let done = 0; done < into.length;) {
      const read = readSync(this.fd ?? -1, into, done, into.length - done, at + done);
      if (read === 0) throw new Error('the spool ends too early');
      done += read;
    }
  }
}
