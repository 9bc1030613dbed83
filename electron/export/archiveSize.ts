import { addBytes } from '../../shared/image/bytes';
import { encodeHeader, padded } from '../../shared/layer/tarHeader';
import type { OutMember } from '../worker/jobs';
import { bodySize } from '../tar/bodySize';

/** Bytes of a member's header and of its body with padding. */
function sizesOf(member: OutMember): { readonly header: number; readonly body: number } {
  const { name, mtime = 0 } = member;
  switch (member.kind) {
    case 'directory':
      return {
        header: encodeHeader({ name: `${name}/`, type: 'directory', size: 0, mode: 0o755, mtime }).length,
        body: 0,
      };
    case 'symlink': {
      const linkName = member.target;
      return {
        header: encodeHeader({ name, type: 'symlink', size: 0, mode: 0o777, mtime, linkName }).length,
        body: 0,
      };
    }
    case 'bytes':
    case 'range': {
      const size = bodySize(member);
      return {
        header: encodeHeader({ name, type: 'file', size, mode: 0o644, mtime }).length,
        body: padded(size),
      };
    }
  }
}

/** Where the body of each member begins in an archive of these members, bytes. */
export function bodyOffsets(members: readonly OutMember[]): readonly number[] {
  let at = 0;
  return members.map((member) => {
    const { header, body } = sizesOf(member);
    const offset = at + header;
    at = offset + body;
    return offset;
  });
}

/** Bytes of an archive of these members, exactly: headers, padded bodies, end of archive. */
export function archiveSize(members: readonly OutMember[]): number {
  let bytes = 1024;
  for (const member of members) {
    const { header, body } = sizesOf(member);
    bytes = addBytes(bytes, header + body);
  }
  return bytes;
}
