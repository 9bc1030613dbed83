import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dockerArchive, type ImageSpec, type TarMember } from './imageBuilder';

/** The libraries that a program of this machine needs, at their places, with the folders above; none for a static one. */
export function librariesOf(program: string): readonly TarMember[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' });
  const paths = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path.slice(1));
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  });
  return [
    ...[...new Set(folders)].sort().map((path) => ({ path, type: 'directory' as const, mode: 0o755 })),
    ...[...new Set(paths)].map((path) => ({ path, content: readFileSync(`/${path}`), mode: 0o755 })),
  ];
}

/** A small image with a shell in it: Debian's busybox, with a user, a big file and a directory to change. */
export function shellImage(name = 'rig/shell:1.0', more: Partial<ImageSpec> = {}): ImageSpec {
  const busybox = readFileSync('/bin/busybox');
  const applets = [
    'sh',
    'ls',
    'cat',
    'id',
    'echo',
    'rm',
    'mkdir',
    'env',
    'pwd',
    'ip',
    'sleep',
    'chmod',
    'ln',
    'touch',
    'true',
    'grep',
    'head',
    'mknod',
  ];
  return {
    names: [name],
    layers: [
      {
        files: [
          { path: 'bin', type: 'directory', mode: 0o755 },
          { path: 'bin/busybox', content: busybox, mode: 0o755 },
          ...librariesOf('/bin/busybox'),
          ...applets.map((applet) => ({
            path: `bin/${applet}`,
            type: 'symlink' as const,
            linkTarget: 'busybox',
            mode: 0o777,
          })),
          { path: 'etc', type: 'directory', mode: 0o755 },
          { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/srv:/bin/sh\n' },
          { path: 'etc/group', content: 'root:x:0:\napp:x:1000:\nstaff:x:50:app\n' },
          { path: 'root', type: 'directory', mode: 0o700 },
          { path: 'tmp', type: 'directory', mode: 0o1777 },
          { path: 'dev', type: 'directory', mode: 0o755 },
          { path: 'proc', type: 'directory', mode: 0o755 },
          { path: 'sys', type: 'directory', mode: 0o755 },
        ],
      },
      {
        files: [
          { path: 'srv', type: 'directory', mode: 0o755, uid: 1000, gid: 1000 },
          { path: 'srv/big.bin', content: Buffer.alloc(3_000_000, 7), uid: 1000, gid: 1000 },
          { path: 'srv/app.conf', content: 'port = 80\n', uid: 1000, gid: 1000 },
          { path: 'srv/old.log', content: 'x'.repeat(20_000), uid: 1000, gid: 1000 },
        ],
      },
    ],
    config: {
      Env: ['PATH=/bin', 'GREETING=hello'],
      Cmd: ['/bin/sh', '-c', 'echo $GREETING'],
      WorkingDir: '/srv',
    },
    ...more,
  };
}

/** The same as an archive. */
export const shellArchive = (name?: string): Buffer => dockerArchive([shellImage(name)]);
