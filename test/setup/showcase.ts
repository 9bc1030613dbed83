import { dockerArchive, noise, type ImageSpec, type LayerSpec } from './imageBuilder';

/**
 * A store as people have it: fourteen images of three families, thirty layers, empty history steps, one image with two
 * names and one without any. Layers are a hundredth of their usual size. Made by code, the same each time.
 */
interface Step {
  readonly key: string;
  readonly parent: string | null;
  /** Bytes of its one file. */
  readonly bytes: number;
  readonly command: string;
  readonly day: string;
}

const kib = 1024;
const step = (key: string, parent: string | null, kibibytes: number, day: string, command: string): Step => ({
  key,
  parent,
  bytes: Math.round(kibibytes * kib),
  command,
  day,
});

const steps: readonly Step[] = [
  step('slim', null, 730, '2026-10-20', 'ADD debian-rootfs.tar.xz /'),
  step('ca', 'slim', 90, '2026-10-22', '/bin/sh -c apt-get install -y ca-certificates netbase tzdata'),
  step(
    'py',
    'ca',
    360,
    '2026-10-24',
    '/bin/sh -c wget -O python.tar.xz https://example.org/python.tar.xz && make -j4 install',
  ),
  step('ln', 'py', 0.04, '2026-11-04', '/bin/sh -c ln -s idle3 idle; ln -s pydoc3 pydoc'),
  step('pip14', 'ln', 860, '2026-09-17', '/bin/sh -c pip install -r requirements.txt'),
  step('app14', 'pip14', 20, '2026-09-18', 'COPY src/ /app'),
  step('pip15', 'ln', 895, '2026-10-26', '/bin/sh -c pip install -r requirements.txt'),
  step('app15', 'pip15', 22, '2026-10-27', 'COPY src/ /app'),
  step('app16', 'pip15', 23, '2026-11-19', 'COPY src/ /app'),
  step('ngx', 'slim', 1145, '2026-11-01', '/bin/sh -c apt-get install -y nginx=1.27.2'),
  step('ngs', 'ngx', 0.1, '2026-11-05', 'COPY 10-listen-on-ipv6.sh /docker-entrypoint.d'),
  step('webc', 'ngs', 0.05, '2026-11-18', 'COPY nginx.conf /etc/nginx/nginx.conf'),
  step('webs', 'webc', 240, '2026-11-19', 'COPY dist/ /usr/share/nginx/html'),
  step('bw', null, 1138, '2026-10-21', 'ADD debian-rootfs.tar.xz /'),
  step('curl', 'bw', 474, '2026-10-22', '/bin/sh -c apt-get install -y ca-certificates curl gnupg'),
  step('scm', 'curl', 629, '2026-10-23', '/bin/sh -c apt-get install -y git mercurial openssh-client'),
  step('gcc', 'scm', 2068, '2026-10-24', '/bin/sh -c apt-get install -y gcc autoconf bzip2 g++ make'),
  step(
    'node',
    'gcc',
    1652,
    '2026-11-05',
    '/bin/sh -c curl -fsSLO node-v22.11.0-linux-x64.tar.xz && tar -xJf node.tar.xz',
  ),
  step(
    'yarn',
    'node',
    54,
    '2026-11-06',
    '/bin/sh -c curl -fsSLO yarn-v1.22.22.tar.gz && tar -xzf yarn.tar.gz',
  ),
  step('pkg', 'yarn', 4, '2026-11-20', 'COPY package.json package-lock.json ./'),
  step('npm', 'pkg', 2325, '2026-11-20', '/bin/sh -c npm ci'),
  step('src0', 'npm', 61, '2026-11-20', 'COPY . .'),
  step('bld0', 'src0', 398, '2026-11-20', '/bin/sh -c npm run build'),
  step('src1', 'npm', 62, '2026-11-21', 'COPY . .'),
  step('bld1', 'src1', 402, '2026-11-21', '/bin/sh -c npm run build'),
  step('alp', null, 76, '2026-09-06', 'ADD alpine-minirootfs.tar.gz /'),
  step('tz', 'alp', 12, '2026-10-02', '/bin/sh -c apk add --no-cache tzdata'),
  step(
    'redis',
    'tz',
    313,
    '2026-10-03',
    '/bin/sh -c wget -O redis.tar.gz https://example.org/redis.tar.gz && make install',
  ),
  step(
    'gosu',
    'alp',
    23,
    '2026-10-14',
    '/bin/sh -c wget -O /bin/gosu https://example.org/gosu-amd64 && chmod +x /bin/gosu',
  ),
  step('pg', 'gosu', 2567, '2026-10-15', '/bin/sh -c ./configure && make -j install-world-bin'),
];

const images: readonly (readonly [top: string, names: readonly string[], created: string])[] = [
  ['slim', ['debian:bookworm-slim'], '2026-11-02'],
  ['ln', ['python:3.12-slim'], '2026-11-04'],
  ['app14', ['shop-api:1.4'], '2026-09-18'],
  ['app15', ['shop-api:1.5'], '2026-10-27'],
  ['app16', ['shop-api:1.6', 'shop-api:latest'], '2026-11-19'],
  ['ngs', ['nginx:1.27'], '2026-11-05'],
  ['webs', ['shop-web:1.6'], '2026-11-19'],
  ['bw', ['debian:bookworm'], '2026-11-02'],
  ['yarn', ['node:22'], '2026-11-06'],
  ['bld0', [], '2026-11-20'],
  ['bld1', ['storefront:2.1'], '2026-11-21'],
  ['alp', ['alpine:3.20'], '2026-09-06'],
  ['redis', ['redis:7-alpine'], '2026-10-03'],
  ['pg', ['postgres:16-alpine'], '2026-10-15'],
];

const emptyAfter: Readonly<Record<string, readonly string[]>> = {
  slim: ['CMD ["bash"]'],
  ca: ['ENV PYTHON_VERSION=3.12.7'],
  pip15: ['WORKDIR /app'],
  yarn: ['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["node"]'],
  redis: ['VOLUME [/data]', 'EXPOSE map[6379/tcp:{}]'],
};

function layerOf({ key, bytes }: Step, seed: number): LayerSpec {
  return { files: [{ path: `layers/${key}.bin`, content: noise(bytes, seed) }] };
}

/** The images of the showcase. */
export function showcaseImages(): readonly ImageSpec[] {
  const byKey = new Map(steps.map((item) => [item.key, item]));
  const layers = new Map(steps.map((item, i) => [item.key, layerOf(item, i + 1)]));
  return images.map(([top, names, created]) => {
    const chain: Step[] = [];
    for (let at = byKey.get(top); at; at = at.parent === null ? undefined : byKey.get(at.parent))
      chain.unshift(at);
    return {
      names,
      created: `${created}T14:02:07Z`,
      layers: chain.map(({ key }) => layers.get(key) ?? {}),
      history: chain.flatMap(({ key, command, day }) => [
        { created: `${day}T10:00:00Z`, created_by: command },
        ...(emptyAfter[key] ?? []).map((text) => ({
          created: `${day}T10:00:01Z`,
          created_by: `/bin/sh -c #(nop) ${text}`,
          empty_layer: true,
        })),
      ]),
      config: {
        Env: [
          'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
          'LANG=C.UTF-8',
          'PYTHON_VERSION=3.12.7',
        ],
        Cmd: ['uvicorn', 'shop.api:app'],
        User: '1000:1000',
        WorkingDir: '/app',
        ExposedPorts: { '8000/tcp': {} },
        Labels: { 'org.opencontainers.image.source': 'https://example.org/shop', maintainer: 'shop team' },
      },
    };
  });
}

let made: Buffer | null = null;

/** The showcase as one docker-archive; made once, since it takes seconds. Not to be changed in place. */
export const showcaseArchive = (): Buffer => (made ??= dockerArchive(showcaseImages()));
