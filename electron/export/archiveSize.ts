import { encodeHeader, padded } from '../../shared/layer/tarHeader';
import type { OutMember } from '../worker/jobs';

/** Bytes of an archive of these members, exactly: headers, padded bodies, end of archive. */
export function archiveSize(members: readonly OutMember[]): number {
  let bytes = 1024;
  for (const member of members) {
    const mtime = member.mtime ?? 0;
    switch (member.kind) {
      case 'directory':
        bytes += encodeHeader({
          name: `${member.name}/`,
          type: 'directory',
          size: 0,
          mode: 0o755,
          mtime,
        }).length;
        break;
      case 'symlink':
        bytes += encodeHeader({
          name: member.name,
          type: 'symlink',
          size: 0,
          mode: 0o777,
          mtime,
          linkName: member.target,
        }).length;
        break;
      case 'bytes':
      case 'range': {
        const size = member.kind === 'bytes' ? member.bytes.length : member.outSize;
        bytes +=
          encodeHeader({ name: member.name, type: 'file', size, mode: 0o644, mtime }).length + padded(size);
        break;
      }
    }
  }
  return bytes;
}
