import { noise, type ImageSpec, type LayerSpec, type TarMember } from './imageBuilder';

/**
 * Two releases of a shop on one base, for pages that compare: a common trunk, a layer that was built anew by the same
 * command, one that only the first has, one of equal content on top of all, other settings, and files of every kind of
 * difference. A third image has the same tools on an older state of the base.
 */
const kib = 1024;
const release = (day: number): number => Date.UTC(2026, 9, day) / 1000;

const base: LayerSpec = {
  files: [
    { path: 'usr', type: 'directory', mode: 0o755 },
    { path: 'usr/lib/libc.so', content: noise(600 * kib, 1) },
    { path: 'etc/os-release', content: 'VERSION=12\n' },
    { path: 'etc/hosts', content: '127.0.0.1 localhost\n' },
  ],
};
const olderBase: LayerSpec = {
  files: [
    { path: 'usr', type: 'directory', mode: 0o755 },
    { path: 'usr/lib/libc.so', content: noise(590 * kib, 2) },
    { path: 'etc/os-release', content: 'VERSION=11\n' },
  ],
};
const tools: LayerSpec = { files: [{ path: 'usr/bin/curl', content: noise(220 * kib, 3), mode: 0o755 }] };
const run: LayerSpec = { files: [{ path: 'srv/entrypoint.sh', content: noise(90 * kib, 4), mode: 0o755 }] };

const app = (version: number, more: readonly TarMember[]): LayerSpec => ({
  files: [
    // The same size and other bytes; the same bytes with another time; another mode.
    { path: 'srv/app.js', content: noise(40 * kib, 10 + version), mtime: release(version) },
    { path: 'srv/vendor.js', content: noise(150 * kib, 20), mtime: release(version) },
    { path: 'srv/run.sh', content: '#!/bin/sh\n', mode: version === 0 ? 0o644 : 0o755 },
    ...more,
  ],
});

const step = (created_by: string, day: string, empty = false) => ({
  created: `${day}T10:00:00Z`,
  created_by,
  ...(empty ? { empty_layer: true } : {}),
});

const aptGet = '/bin/sh -c apt-get update && apt-get install -y curl';
const copyTools = 'COPY entrypoint.sh /srv/ # buildkit';

/** The images; `till:1.0` and `till:1.1` are the pair, `till:0.9` the one on the older base. */
export const pairImages: readonly ImageSpec[] = [
  {
    names: ['debian:bookworm'],
    created: '2026-10-01T08:00:00Z',
    layers: [base],
    history: [step('ADD debian-rootfs.tar.xz /', '2026-10-01')],
    config: { Cmd: ['bash'] },
  },
  {
    names: ['till:0.9'],
    created: '2026-09-20T08:00:00Z',
    layers: [olderBase, tools, run],
    history: [
      step('ADD debian-rootfs.tar.xz /', '2026-09-01'),
      step(aptGet, '2026-09-18'),
      step(copyTools, '2026-09-20'),
    ],
    config: { Cmd: ['node', '/srv/app.js'] },
  },
  {
    names: ['till:1.0'],
    created: '2026-10-10T08:00:00Z',
    layers: [
      base,
      tools,
      app(0, [
        { path: 'srv/old.js', content: noise(12 * kib, 5) },
        { path: 'srv/current', type: 'symlink', linkTarget: 'old.js' },
      ]),
      { files: [{ path: 'var/cache/apt.bin', content: noise(70 * kib, 6) }] },
      run,
    ],
    history: [
      step('ADD debian-rootfs.tar.xz /', '2026-10-01'),
      step(aptGet, '2026-10-02'),
      step('COPY src/ /srv/', '2026-10-10'),
      step(
        '/bin/sh -c apt-get update && apt-get install -y --no-install-recommends nginx=1.27.2',
        '2026-10-10',
      ),
      step(copyTools, '2026-10-10'),
    ],
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'TILL_RATES=half_up', 'LANG=C.UTF-8'],
      Cmd: ['node', '/srv/app.js', '--port', '8080'],
      WorkingDir: '/srv',
      User: 'node',
      ExposedPorts: { '8080/tcp': {} },
      Labels: { 'org.opencontainers.image.version': '1.0', maintainer: 'till team' },
    },
  },
  {
    names: ['till:1.1', 'till:latest'],
    created: '2026-10-24T08:00:00Z',
    layers: [
      base,
      tools,
      app(1, [
        { path: 'srv/new.js', content: noise(14 * kib, 7) },
        { path: 'srv/current', type: 'symlink', linkTarget: 'new.js' },
        { path: 'etc/.wh.hosts' },
      ]),
      run,
    ],
    history: [
      step('ADD debian-rootfs.tar.xz /', '2026-10-01'),
      step(aptGet, '2026-10-02'),
      step('COPY src/ /srv/', '2026-10-24'),
      step(copyTools, '2026-10-24'),
    ],
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin:/bin:/srv/bin', 'TILL_RATES=half_even', 'LANG=C.UTF-8', 'DEBUG='],
      Cmd: ['node', '--enable-source-maps', '/srv/app.js', '--port', '8080'],
      WorkingDir: '/srv',
      User: '1000:1000',
      ExposedPorts: { '8080/tcp': {}, '9229/tcp': {} },
      Labels: { 'org.opencontainers.image.version': '1.1', maintainer: 'till team' },
    },
  },
];
