import { close, constants, fstatSync, open, write } from 'node:fs';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { problem } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import { diskProblem } from '../../worker/jobTools';
import type { TargetPlace } from './targetPlace';

/** How long the reader of a named pipe may take to come, and how long is between two looks, milliseconds. */
const readerWait = { all: 2000, look: 50 } as const;
/** How long a slow reader is left alone before it is tried again, milliseconds: short at first. */
const fullWait = { first: 1, most: 50 } as const;

/**
 * A pipe, device or descriptor to write into. Never waits in the kernel, where it could not be told to stop: a named pipe
 * that nobody reads from is refused after two seconds, a slow reader is waited for here. Throws `file-unwritable`,
 * `cancelled`; what it does not take ends the stream with `output-lost`: no disk of ours is full then.
 */
export async function openSink(
  place: TargetPlace & { readonly kind: 'stream' | 'descriptor' },
  label: string,
  signal: AbortSignal,
): Promise<Writable> {
  const fd = place.kind === 'descriptor' ? place.fd : await openStream(place, label, signal);
  return sinkOf(fd, { isOurs: place.kind === 'stream', label, signal });
}

async function openStream(
  { path, folder }: TargetPlace & { readonly kind: 'stream' },
  label: string,
  signal: AbortSignal,
): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  // A name in a folder was no link when it was looked at; what a descriptor stands for is one of /proc.
  const last = folder ? constants.O_NOFOLLOW : 0;
  for (let waited = 0; ; waited += readerWait.look) {
    try {
      const fd = await promisify(open)(path, flags | last);
      const info = fstatSync(fd);
      if (info.isFIFO() || info.isCharacterDevice()) return fd;
      await promisify(close)(fd);
      throw problem('file-unwritable', { path: label, reason: 'changed' });
    } catch (cause) {
      const isUnread = systemCode(cause) === 'ENXIO';
      if (!isUnread || waited >= readerWait.all) throw diskProblem(cause, label, 'write');
    }
    if (signal.aborted) throw problem('cancelled', {});
    await delay(readerWait.look);
  }
}

function sinkOf(
  fd: number,
  options: { readonly isOurs: boolean; readonly label: string; readonly signal: AbortSignal },
): Writable {
  const { isOurs, label, signal } = options;
  const writeAll = async (bytes: Uint8Array): Promise<void> => {
    let pause: number = fullWait.first;
    for (let at = 0; at < bytes.length;) {
      try {
        const { bytesWritten } = await promisify(write)(fd, bytes, at, bytes.length - at);
        at += bytesWritten;
        pause = fullWait.first;
      } catch (cause) {
        const reason = systemCode(cause) ?? 'EIO';
        if (reason !== 'EAGAIN') throw problem('output-lost', { path: label, reason }, { cause });
        if (signal.aborted) throw problem('cancelled', {}, { cause });
        await delay(pause);
        pause = Math.min(fullWait.most, pause * 2);
      }
    }
  };
  return new Writable({
    highWaterMark: 1 << 20,
    write: (bytes: Uint8Array, _, done) => void writeAll(bytes).then(() => done(), done),
    destroy: (cause, done) => (isOurs ? close(fd, (fault) => done(cause ?? fault)) : done(cause)),
  });
}
