import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeNode, setAttribute } from '../../electron/system/syscalls';
import type { ImageSpec } from './imageBuilder';

/** An image whose tree every kind of change can be made to. */
export const changedImage: ImageSpec = {
  names: ['rig/changes:1'],
  layers: [
    {
      files: [
        { path: 'etc', type: 'directory', mode: 0o755 },
        { path: 'etc/cover', content: 'old\n' },
        { path: 'etc/gone', content: 'x'.repeat(5000) },
        { path: 'etc/same', content: 'same\n' },
        { path: 'dir', type: 'directory', mode: 0o750, uid: 10, gid: 20 },
        { path: 'dir/a', content: 'a' },
        { path: 'dir/b', content: 'b' },
        { path: 'tofile', type: 'directory', mode: 0o755 },
        { path: 'tofile/x', content: 'x' },
        { path: 'opaque', type: 'directory', mode: 0o755 },
        { path: 'opaque/old1', content: '1' },
        { path: 'opaque/sub', type: 'directory', mode: 0o755 },
        { path: 'opaque/sub/old2', content: '2' },
        { path: 'link1', content: 'linked\n' },
        { path: 'link2', type: 'hardlink', linkTarget: 'link1' },
      ],
    },
    {
      files: [
        { path: 'dir/c', content: 'c' },
        { path: 'bin', type: 'directory', mode: 0o755 },
        { path: 'bin/tool', content: 'tool\n', mode: 0o755 },
        { path: 'bin/alias', type: 'symlink', linkTarget: 'tool', mode: 0o777 },
      ],
    },
  ],
  config: { Cmd: ['/bin/tool'], Env: ['A=1'] },
};

/**
 * Makes a change of every kind in a tree: cover, add, delete, a directory replaced by a file and back, an opaque
 * directory, hard links across layers, a capability, setuid, sticky, fifo, device, unicode and long names, a sparse file.
 * As root; `rootless` leaves out what a user namespace may not do.
 */
export function changeEverything(tree: string, rootless = false): void {
  const at = (path: string): string => join(tree, path);
  writeFileSync(at('etc/cover'), 'new\n');
  unlinkSync(at('etc/gone'));
  writeFileSync(at('etc/added'), 'added\n', { mode: 0o640 });
  chownSync(at('etc/added'), 33, 44);
  rmSync(at('tofile'), { recursive: true });
  writeFileSync(at('tofile'), 'a file now\n');
  rmSync(at('opaque'), { recursive: true });
  mkdirSync(at('opaque/sub'), { recursive: true });
  writeFileSync(at('opaque/new'), 'new\n');
  writeFileSync(at('opaque/sub/new2'), 'new\n');
  unlinkSync(at('bin/tool'));
  mkdirSync(at('bin/tool'));
  writeFileSync(at('bin/tool/inside'), 'x');
  unlinkSync(at('bin/alias'));
  symlinkSync('../etc/cover', at('bin/alias'));
  linkSync(at('link1'), at('link3'));
  linkSync(at('etc/added'), at('dir/added-too'));
  chmodSync(at('dir/a'), 0o4755);
  chmodSync(at('dir'), 0o1777);
  mkdirSync(at('Übersicht 目录'));
  writeFileSync(at('Übersicht 目录/файл'), 'unicode\n');
  const long = 'n'.repeat(150);
  mkdirSync(at(`deep/${long}`), { recursive: true });
  writeFileSync(at(`deep/${long}/${'m'.repeat(150)}`), 'long\n');
  writeFileSync(at('capable'), 'x', { mode: 0o755 });
  // VFS_CAP_REVISION_2 with CAP_NET_BIND_SERVICE, effective.
  const capability = Uint8Array.from([1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  setAttribute(at('capable'), 'security.capability', capability);
  setAttribute(at('etc/added'), 'user.note', Buffer.from('kept\0bytes'));
  makeNode(at('pipe'), 'fifo', 0o644);
  if (!rootless) makeNode(at('device'), 'character', 0o600, { major: 1, minor: 3 });
  writeFileSync(at('holes'), 'begin');
  truncateSync(at('holes'), 3_000_000);
  utimesSync(at('holes'), 1_600_000_000.5, 1_600_000_000.5);
  writeFileSync(at('temporary'), 'x');
  renameSync(at('temporary'), at('renamed'));
  execFileSync('sync', ['-f', tree]);
}
