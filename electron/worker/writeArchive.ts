import { addBytes } from '../../shared/image/bytes';
import { createHash } from 'node:crypto';
import { limitsOfBlob } from '../store/blobFile';
import { problem } from '../../shared/image/problem';
import { encodeHeader, padded } from '../../shared/layer/tarHeader';
import { DamagedStream, decompress, detectCompression, TruncatedStream } from '../tar/decompress';
import { RingWriter } from './byteRing';
import { checkRoom } from './freeSpace';
import {
  closeReading,
  damagedProblem,
  dropOutFile,
  openBlob,
  OutFile,
  readRange,
  type JobTools,
} from './jobTools';
import type { JobInput, JobOutput, OutMember } from './jobs';
import { bodySize } from '../tar/bodySize';

type RangeMember = OutMember & { kind: 'range' };

const zeros = new Uint8Array(1024);

/** Where an archive goes. */
type Out = Pick<OutFile, 'size' | 'write' | 'finish' | 'abandon'>;

async function copyRange(member: RangeMember, out: Out, label: string, tools: JobTools): Promise<void> {
  const hash = member.verifiedApart ? null : createHash('sha256');
  const begin = out.size;
  const put = (chunk: Uint8Array): void => {
    hash?.update(chunk);
    if (out.size - begin + chunk.length > member.outSize) {
      throw problem('blob-damaged', { digest: member.expect, reason: 'long', found: '' });
    }
    out.write(chunk);
  };
  const { fd, offset } = openBlob(member.file, member.expect);
  try {
    const range = { offset: offset + member.offset, size: member.size };
    const chunks = readRange(fd, range, { label, reuse: !member.decompress }, tools);
    if (member.decompress) {
      const first = chunks.next();
      const all = function* (): Generator<Uint8Array> {
        if (first.done !== true) yield first.value;
        yield* chunks;
      };
      const kind = first.done === true ? 'none' : detectCompression(first.value);
      const budget = { limits: limitsOfBlob(member.file), file: label, what: member.expect };
      for await (const chunk of decompress(kind, all(), budget)) put(chunk);
    } else for (const chunk of chunks) put(chunk);
  } catch (cause) {
    if (cause instanceof TruncatedStream || cause instanceof DamagedStream)
      throw problem(
        'blob-damaged',
        { digest: member.expect, reason: 'form', found: cause.reason },
        { cause },
      );
    throw damagedProblem(cause, member.expect);
  } finally {
    closeReading(fd);
  }
  const found = hash === null ? member.expect : `sha256:${hash.digest('hex')}`;
  if (found !== member.expect)
    throw problem('blob-damaged', { digest: member.expect, reason: 'digest', found });
}

/** Writes a tar archive; on any fault or cancel the file is gone. See {@link JobInput}. */
export async function writeArchive(
  input: JobInput<'write-archive'>,
  tools: JobTools,
): Promise<JobOutput<'write-archive'>> {
  const { target } = input;
  const total = input.members.reduce((sum, member) => addBytes(sum, bodySize(member)), 0);
  if (typeof target === 'string') checkRoom(target, total, input.label);
  const file = typeof target === 'string' ? new OutFile(target, input.label) : new RingWriter(target, tools);
  // What is told is what the archive has, of which the size is known: a layer that is unpacked on the way is read in fewer bytes.
  const silent: JobTools = { ...tools, tick: () => tools.tick(0) };
  const out: Out = {
    get size() {
      return file.size;
    },
    write(bytes) {
      file.write(bytes);
      tools.tick(bytes.length);
    },
    finish: () => file.finish(),
    abandon: () => file.abandon(),
  };
  const written = input.written ? new BigInt64Array(input.written) : null;
  try {
    for (const member of input.members) {
      const mtime = member.mtime ?? 0;
      switch (member.kind) {
        case 'directory':
          out.write(
            encodeHeader({ name: `${member.name}/`, type: 'directory', size: 0, mode: 0o755, mtime }),
          );
          break;
        case 'symlink':
          out.write(
            encodeHeader({
              name: member.name,
              type: 'symlink',
              size: 0,
              mode: 0o777,
              mtime,
              linkName: member.target,
            }),
          );
          break;
        case 'bytes':
          out.write(
            encodeHeader({ name: member.name, type: 'file', size: member.bytes.length, mode: 0o644, mtime }),
          );
          out.write(member.bytes);
          out.write(zeros.subarray(0, padded(member.bytes.length) - member.bytes.length));
          break;
        case 'range':
          out.write(
            encodeHeader({ name: member.name, type: 'file', size: member.outSize, mode: 0o644, mtime }),
          );
          await copyRange(member, out, input.label, silent);
          if (written) Atomics.store(written, 0, BigInt(out.size));
          out.write(zeros.subarray(0, padded(member.outSize) - member.outSize));
          break;
      }
    }
    // End of archive: two blocks of zeros (POSIX); the record is not padded to 10 KiB, as Go's writers do not either.
    out.write(zeros);
    out.finish();
    return { bytes: out.size };
  } catch (thrown) {
    out.abandon();
    if (typeof target === 'string') dropOutFile(target);
    throw thrown;
  }
}
