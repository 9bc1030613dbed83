import { readSync } from 'node:fs';
import { problem, type ProblemError } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import { padded, TarFault, TarLimitFault, type TarHeader } from '../../shared/layer/tarHeader';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { closeReading, diskProblem, openForReading, sizeOfFile, type JobTools } from './jobTools';
import type { ArchiveMember, JobInput, JobOutput } from './jobs';

/** The problem of an archive with more members than it may have; `entry` is the first one too many. */
export function tooManyMembers(file: string, entry: string, limit: number): ProblemError {
  return problem('limit-exceeded', { file, what: entry, limit, name: 'archive-members' });
}

/** A tar's limit that was passed as a problem of `file`; `within` names the member that holds the tar, if any does. */
export function limitProblem(fault: TarLimitFault, file: string, within = ''): ProblemError {
  const what = [within, fault.entry].filter((part) => part !== '').join(': ');
  return problem('limit-exceeded', { file, what, ...fault.limit }, { cause: fault });
}

/** Bytes read for each header: enough for a header with its usual extensions. */
const headerWindow = 4096;

/** A member's record for the outer index; names are normalised, those that lead upwards are refused. */
export function toMember(header: TarHeader, offset: number, label: string): ArchiveMember {
  const name = normalisePath(header.name);
  if (name === null) {
    throw problem('archive-damaged', { file: label, entry: header.name, reason: 'outside-archive' });
  }
  const type = header.type === 'sparse' ? 'file' : header.type;
  const kind =
    type === 'file' || type === 'directory' || type === 'symlink' || type === 'hardlink' ? type : 'other';
  return {
    name,
    kind,
    offset,
    size: header.realSize,
    target: kind === 'symlink' || kind === 'hardlink' ? header.linkName : '',
  };
}

/** Reads the headers of an uncompressed archive and seeks over the bodies. See {@link JobInput}. */
export function indexArchive(input: JobInput<'index-archive'>, tools: JobTools): JobOutput<'index-archive'> {
  const { label, limits } = input;
  const most = limits['archive-members'];
  const fd = openForReading(input.file, label);
  try {
    const size = sizeOfFile(fd, label);
    const members: ArchiveMember[] = [];
    let sparse = false;
    let bodyEnd = 0;
    let skip = 0;
    const visitor: TarVisitor = {
      member: (header, offset) => {
        members.push(toMember(header, offset, label));
        if (header.type === 'sparse') sparse = true;
        if (members.length > most) throw tooManyMembers(label, header.name, most);
        bodyEnd = offset + header.size;
        skip = padded(header.size + (header.passedOver ?? 0));
        return false;
      },
    };
    const reader = new TarReader(visitor, limits);
    const buffer = Buffer.allocUnsafe(headerWindow);
    let at = 0;
    try {
      while (at < size) {
        let read: number;
        try {
          read = readSync(fd, buffer, 0, headerWindow, at);
        } catch (cause) {
          throw diskProblem(cause, label, 'read');
        }
        if (read === 0) break;
        tools.tick(0);
        // Block by block, so that a body can be jumped over as soon as its header is known.
        let used = 0;
        while (used < read) {
          const piece = buffer.subarray(used, Math.min(used + 512, read));
          skip = 0;
          reader.feed(piece);
          used += piece.length;
          if (skip > read - used) break;
          if (skip > 0) {
            reader.skip(skip);
            used += skip;
            skip = 0;
          }
        }
        at += used;
        if (skip > 0) {
          reader.skip(skip);
          at += skip;
          skip = 0;
        }
      }
    } catch (thrown) {
      if (thrown instanceof TarLimitFault) throw limitProblem(thrown, label);
      if (!(thrown instanceof TarFault)) throw thrown;
      if (members.length === 0)
        throw problem('not-an-image', { file: label, seen: 'unknown' }, { cause: thrown });
      throw problem(
        'archive-damaged',
        { file: label, entry: reader.member, ...thrown.facts() },
        { cause: thrown },
      );
    }
    if (bodyEnd > size || !reader.complete) {
      throw problem('archive-truncated', {
        file: label,
        read: size,
        ...(bodyEnd > size ? { expected: bodyEnd } : {}),
      });
    }
    return { members, size, sparse };
  } finally {
    closeReading(fd);
  }
}
