import {
  buildImage,
  dockerMembers,
  gzip,
  headerBlock,
  inBlocks,
  ociMembers,
  paxRecord,
  tarOf,
  zstd,
  type ImageSpec,
} from '../setup/imageBuilder';

/** Inputs to begin with, made by our own code; `npm run fuzz -- --corpus` writes them to the corpus. */
export function builtSeeds(): Readonly<Record<string, readonly Buffer[]>> {
  const spec: ImageSpec = {
    names: ['shop:1.0', 'registry.example:5000/team/shop:2'],
    layers: [
      {
        files: [
          { path: 'etc', type: 'directory' },
          { path: 'etc/os', content: 'base\n', uid: 1000, mtime: 1_600_000_000 },
          { path: `${'long/'.repeat(30)}name`, content: 'x' },
          { path: 'link', type: 'symlink', linkTarget: '../etc/os' },
          { path: 'same', type: 'hardlink', linkTarget: 'etc/os' },
          { path: 'marked', xattrs: { 'user.note': 'a=b\nc' } },
          { path: 'tty', type: 'character', major: 4, minor: 1 },
        ],
      },
      { files: [{ path: 'etc/.wh.os' }, { path: 'etc/.wh..wh..opq' }] },
    ],
    config: { Env: ['A=b'], Cmd: ['sh'], Labels: { team: 'web' } },
  };
  const image = buildImage(spec);
  const [base, top] = image.layers.map(({ tar }) => tar);
  const member = (members: ReturnType<typeof dockerMembers>, path: string): Buffer =>
    Buffer.from(members.find((each) => each.path === path)?.content ?? '');
  const gnu = (block: Buffer): void => void block.write('ustar  \0', 257, 'latin1');
  const long = Buffer.from(`${'gnu/'.repeat(40)}name\0`);
  const sparse = Buffer.concat([
    headerBlock({
      name: 'holes',
      flag: 'S',
      size: 4,
      edit: (block) => {
        gnu(block);
        block.write('00000000010\x0000000000004\0', 386, 'latin1');
        block.write('00000001000\0', 483, 'latin1');
      },
    }),
    inBlocks(Buffer.from('abcd')),
    headerBlock({ name: '././@LongLink', flag: 'L', size: long.length, edit: gnu }),
    inBlocks(long),
    headerBlock({ name: 'cut', flag: '0', size: 0, edit: gnu }),
    headerBlock({ name: 'pax', flag: 'x', size: paxRecord('GNU.sparse.map', '0,2,9,2').length + 25 }),
    inBlocks(Buffer.concat([paxRecord('GNU.sparse.map', '0,2,9,2'), paxRecord('GNU.sparse.size', '99')])),
    headerBlock({ name: 'paxholes', flag: '0', size: 4 }),
    inBlocks(Buffer.from('abcd')),
    Buffer.alloc(1024),
  ]);
  const text = (...lines: readonly string[]): Buffer[] => lines.map((line) => Buffer.from(line));
  const tars = [base ?? Buffer.alloc(0), top ?? Buffer.alloc(0), sparse, tarOf([])];
  const plain = Buffer.from('some text, some text, some text\n'.repeat(20));
  const oci = ociMembers([image]);
  return {
    tar: tars,
    layer: tars,
    decompress: [
      gzip(plain),
      Buffer.concat([gzip(plain), gzip(plain)]),
      zstd(plain),
      bzip2Seed(),
      xzSeed(),
      plain,
    ],
    'docker-manifest': [
      member(dockerMembers([image]), 'manifest.json'),
      ...text('[]', '[{"config":"a.json","layers":null,"repotags":null}]'),
    ],
    documents: [member(oci, 'index.json'), image.manifest, image.config],
    v1: text(
      JSON.stringify({
        id: 'a'.repeat(64),
        parent: 'b'.repeat(64),
        created: '2014-06-01T10:00:00.123456789Z',
        container_config: { Cmd: ['/bin/sh', '-c', 'true'], Env: null },
        docker_version: '0.11.1',
        config: { Cmd: ['sh'], ExposedPorts: { '80/tcp': {} }, Labels: { a: 'b' } },
        architecture: 'amd64',
        os: 'linux',
        Size: 5,
      }),
      '{"docker_version":"1.9.1","throwaway":true,"config":{"Cmd":"sh"},"x":1.50,"created":"never"}',
    ),
    'left-out': text(
      JSON.stringify({ leftOut: [{ diffId: image.id, digest: image.id, size: 5, from: 'shop:1' }] }),
      '{"leftOut":[]}',
    ),
    reference: text(
      'alpine',
      'shop:1.0',
      'localhost:5000/a/b__c:v1',
      `docker.io/library/x@sha256:${'0'.repeat(64)}`,
      '[::1]:5000/x:y',
    ),
    digest: text(image.id, 'sha512:00', ':'),
    path: text('etc/os', './a//b/', '../x', 'a/.wh.b', 'a/.wh..wh..opq', '.wh..wh.plnk').concat(
      Buffer.from([0x66, 0xff, 0xc3, 0xa9, 0x2f]),
    ),
    dockviz: text(
      JSON.stringify([
        { Id: 'sha256:aa', ParentId: '', RepoTags: ['<none>:<none>'], VirtualSize: 5, Size: 5, Created: 1 },
        {
          Id: 'sha256:bb',
          ParentId: 'sha256:aa',
          RepoTags: ['shop:1.0'],
          VirtualSize: 9,
          Size: 4,
          Created: 2,
        },
      ]),
    ),
    change: text(
      'CMD ["sh","-c","x"]',
      'ENV A=b C="d e"',
      'HEALTHCHECK --interval=5s CMD true',
      'EXPOSE 80/tcp',
      'LABEL a=$A',
      'VOLUME ["/x"]',
      'STOPSIGNAL SIGTERM',
      'USER a:b',
    ),
    filter: text('repo:shop-* label:team=web size:>100MB -dangling:true', 'age:<30d "two words"'),
    'layer-index': [
      Buffer.from(
        `${JSON.stringify({ format: 1, digest: 'sha256:aa', size: 1, compression: 'none', diffId: 'x', tarSize: 1, contentSize: 1, entries: 2 }).padEnd(1023)}\n["f","etc/os",420,0,0,1,5,512]\n["d","etc",493,0,0,1]\n["s","l",511,0,0,1,"t"]\n["c","t",420,0,0,1,4,1]\n`,
      ),
    ],
  };
}

/** `xz` of "some text" and a line break, 9 bytes and one, as XZ Utils 5.4 writes it. */
function xzSeed(): Buffer {
  return Buffer.from(
    'fd377a585a000004e6d6b446020021011c00000010cf58cc010009736f6d6520746578740a0000008041490d11dafe1b0001220a151ae1671fb6f37d010000000004595a',
    'hex',
  );
}

/** The same by bzip2 1.0.8. */
function bzip2Seed(): Buffer {
  return Buffer.from(
    '425a6839314159265359106962f500000351800010400002028c40200022031a84302272d7181e2ee48a70a12020d2c5ea',
    'hex',
  );
}
