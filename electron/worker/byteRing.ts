import { setTimeout as delay } from 'node:timers/promises';
import { problem } from '../../shared/image/problem';
import type { JobTools } from './jobTools';

/**
 * Bytes on their way between this thread and a worker through shared memory: a worker's jobs are synchronous, and a
 * network connection is not. One side writes, the other reads. The memory has a head of two numbers (bytes that wait to
 * be read, and how the writer ended) and a ring.
 */
export type RingMemory = SharedArrayBuffer;

const capacity = 8 << 20;
const headBytes = 8;
/** How the writer ended, in the second number of the head. */
const ended = { no: 0, whole: 1, broken: 2 } as const;
/** Between two looks of the side that cannot sleep, milliseconds. */
const pause = 2;
/** Between two looks of a worker whether it should stop, milliseconds. */
const nap = 50;

/** Memory for one passage. */
export function createRing(): RingMemory {
  return new SharedArrayBuffer(headBytes + capacity);
}

interface Ends {
  readonly head: Int32Array;
  readonly data: Uint8Array;
}

function ends(memory: RingMemory): Ends {
  return { head: new Int32Array(memory, 0, 2), data: new Uint8Array(memory, headBytes) };
}

/** Puts what fits of `bytes` at `place`; gives how much that was. */
function put({ head, data }: Ends, bytes: Uint8Array, place: number): number {
  const free = data.length - Atomics.load(head, 0);
  const size = Math.min(bytes.length, free, data.length - place);
  if (size > 0) {
    data.set(bytes.subarray(0, size), place);
    Atomics.add(head, 0, size);
    Atomics.notify(head, 0);
  }
  return size;
}

/** Takes what is there at `place` in one piece; empty when nothing is. */
function take({ head, data }: Ends, place: number): Uint8Array {
  const size = Math.min(Atomics.load(head, 0), data.length - place);
  if (size === 0) return new Uint8Array(0);
  const bytes = data.slice(place, place + size);
  Atomics.sub(head, 0, size);
  Atomics.notify(head, 0);
  return bytes;
}

function end({ head }: Ends, how: number): void {
  Atomics.store(head, 1, how);
  Atomics.notify(head, 0);
}

/** Writes a stream into a ring until it ends; a fault, or an abort, tells the reader and is thrown. */
export async function feedRing(
  memory: RingMemory,
  chunks: AsyncIterable<Uint8Array>,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes?: (bytes: number) => void },
): Promise<void> {
  const ring = ends(memory);
  let place = 0;
  try {
    for await (const chunk of chunks) {
      onBytes?.(chunk.length);
      let rest = chunk;
      while (rest.length > 0) {
        if (signal.aborted) throw problem('cancelled', {});
        const size = put(ring, rest, place);
        place = (place + size) % ring.data.length;
        rest = rest.subarray(size);
        if (size === 0) await delay(pause);
      }
    }
    end(ring, ended.whole);
  } catch (thrown) {
    end(ring, ended.broken);
    throw thrown;
  }
}

/** Reads a ring to its end, on a thread that must not sleep. A writer that broke off throws `cancelled`, as an abort does. */
export async function* drainRing(memory: RingMemory, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const ring = ends(memory);
  let place = 0;
  for (;;) {
    // How the writer ended is asked first: what it wrote before is there by then.
    const how = Atomics.load(ring.head, 1);
    const bytes = take(ring, place);
    if (bytes.length > 0) {
      place = (place + bytes.length) % ring.data.length;
      yield bytes;
    } else if (signal.aborted || how === ended.broken) throw problem('cancelled', {});
    else if (how === ended.whole) return;
    else await delay(pause);
  }
}

/** Reads a ring to its end in a worker. A writer that broke off throws `archive-truncated`. */
export function* readRing(memory: RingMemory, label: string, tools: JobTools): Generator<Uint8Array> {
  const ring = ends(memory);
  let place = 0;
  let read = 0;
  for (;;) {
    const how = Atomics.load(ring.head, 1);
    const bytes = take(ring, place);
    if (bytes.length > 0) {
      place = (place + bytes.length) % ring.data.length;
      read += bytes.length;
      tools.tick(bytes.length);
      yield bytes;
    } else if (how === ended.broken) throw problem('archive-truncated', { file: label, read });
    else if (how === ended.whole) return;
    else {
      tools.tick(0);
      Atomics.wait(ring.head, 0, 0, nap);
    }
  }
}

/** The writing end of a ring in a worker. */
export class RingWriter {
  private readonly ring: Ends;
  private place = 0;
  /** Bytes written so far. */
  size = 0;

  constructor(
    memory: RingMemory,
    private readonly tools: JobTools,
  ) {
    this.ring = ends(memory);
  }

  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const size = put(this.ring, rest, this.place);
      this.place = (this.place + size) % this.ring.data.length;
      this.size += size;
      rest = rest.subarray(size);
      if (size > 0) continue;
      this.tools.tick(0);
      Atomics.wait(this.ring.head, 0, this.ring.data.length, nap);
    }
  }

  finish(): void {
    end(this.ring, ended.whole);
  }

  abandon(): void {
    end(this.ring, ended.broken);
  }
}
