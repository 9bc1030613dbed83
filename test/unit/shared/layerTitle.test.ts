import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layerTitle, plainCommand, type LayerKind } from '../../../shared/graph/layerTitle';

describe('plainCommand takes off what tools wrap around a command', () => {
  test.each([
    ['', ''],
    ['/bin/sh -c apt-get update', 'apt-get update'],
    ['/bin/bash -c make', 'make'],
    ['/usr/bin/bash -c make', 'make'],
    ['/bin/bash -o -c make', 'make'],
    ['/bin/ash -eo -c make', 'make'],
    ['/bin/dash -x -c make', 'make'],
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'],
    ['/bin/sh -c #(nop) ADD file:0a1b in / ', 'ADD file:0a1b in /'],
    ['RUN /bin/sh -c npm ci # buildkit', 'npm ci'],
    ['RUN |1 VERSION=1.2 /bin/sh -c make # buildkit', 'make'],
    ['RUN |2 A=1 B="two words" /bin/sh -c make install # buildkit', 'make install'],
    ['|1 A= /bin/sh -c true', 'true'],
    ['COPY src/ . # buildkit', 'COPY src/ .'],
    ['ENV A=1', 'ENV A=1'],
    ['  bazel build ...  ', 'bazel build ...'],
    ['echo "# buildkit is nice"', 'echo "# buildkit is nice"'],
  ])('%j', (recorded, command) => {
    expect(plainCommand(recorded)).toBe(command);
  });
});

describe('layerTitle', () => {
  test.each<[string, string, LayerKind]>([
    ['', '', 'unknown'],
    ['/bin/sh -c #(nop) ADD file:0a1b2c in / ', 'rootfs', 'rootfs'],
    ['ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit', 'alpine-minirootfs-3.20.3-x86_64', 'rootfs'],
    ['ADD rootfs.tar.xz /', 'rootfs', 'rootfs'],
    ['/bin/sh -c #(nop) ADD dir:0a1b2c in / ', 'ADD → /', 'copy'],
    ['/bin/sh -c #(nop) ADD multi:0a1b2c in / ', 'ADD → /', 'copy'],
    ['/bin/sh -c #(nop) ADD dir:0a1b2c in /srv/ ', 'ADD → /srv/', 'copy'],
    ['/bin/sh -c #(nop) ADD file:0a1b2c in /opt/ ', 'ADD → /opt/', 'copy'],
    ['ADD --chown=1:1 files/ / # buildkit', 'ADD files/ /', 'copy'],
    ['ADD nginx.conf / # buildkit', 'ADD nginx.conf /', 'copy'],
    ['ADD a.tar b.tar / # buildkit', 'ADD a.tar b.tar /', 'copy'],
    ['ADD https://example.org/x.tar.gz / # buildkit', 'ADD https://example.org/x.tar.gz /', 'copy'],
    ['COPY src/ . # buildkit', 'COPY src/ .', 'copy'],
    ['COPY \r=1', 'COPY \r=1', 'copy'],
    ['COPY --from=build --chown=1:1 /out /usr/bin/ # buildkit', 'COPY /out /usr/bin/', 'copy'],
    ['/bin/sh -c #(nop) COPY file:0a1b2c in /etc/nginx/ ', 'COPY → /etc/nginx/', 'copy'],
    ['/bin/sh -c #(nop) COPY multi:0a1b2c in /etc/ ', 'COPY → /etc/', 'copy'],
    ['ADD https://example.org/x.zip /tmp/x.zip', 'ADD https://example.org/x.zip /tmp/x.zip', 'copy'],
    ['COPY / / # buildkit', 'COPY / /', 'copy'],
    ['WORKDIR /srv', 'WORKDIR /srv', 'metadata'],
    ['/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]', 'metadata'],
    ['RUN /bin/sh -c apk add --no-cache curl # buildkit', 'apk curl', 'packages'],
    ['/bin/sh -c apt-get update && apt-get install -y nginx curl', 'apt-get nginx', 'packages'],
    ['/bin/sh -c apt-get update', 'apt-get update', 'packages'],
    ['/bin/sh -c apt install -y --no-install-recommends git', 'apt-get git', 'packages'],
    ['/bin/sh -c apt-get install -y nginx=1.25.3-1', 'apt-get nginx', 'packages'],
    ['/bin/sh -c set -eux; apt-get update; \\\n apt-get install -y \\\n  gnupg', 'apt-get gnupg', 'packages'],
    ['dnf -y install httpd', 'dnf httpd', 'packages'],
    ['/bin/sh -c pip install -r requirements.txt', 'pip install', 'packages'],
    ['/bin/sh -c pip3 install flask', 'pip3 install flask', 'packages'],
    ['/bin/sh -c npm ci', 'npm ci', 'packages'],
    ['/bin/sh -c go mod download', 'go mod download', 'packages'],
    ['/bin/sh -c make -j4 && make install', 'make -j4', 'build'],
    ['/bin/sh -c set -ex; wget https://example.org/a', 'wget https://example.org/a', 'build'],
    ['/bin/sh -c ln -s /a /b', 'ln -s /a /b', 'metadata'],
    ['/bin/sh -c useradd -r app', 'useradd -r app', 'metadata'],
    ['Imported from -', 'Imported from -', 'rootfs'],
    ['/bin/sh -c echo hello', 'echo hello', 'unknown'],
    ['nix-store', 'nix-store', 'unknown'],
  ])('%j is "%s", %s', (createdBy, title, kind) => {
    expect(layerTitle(createdBy)).toMatchObject({ title, kind });
  });

  test('a long command is cut at 60 characters with an ellipsis', () => {
    const { title, command } = layerTitle(`echo ${'x'.repeat(100)}`);
    expect(title).toBe(`echo ${'x'.repeat(54)}…`);
    expect(command).toHaveLength(105);
  });

  test('only the first of several commands names the layer; the command stays whole', () => {
    expect(layerTitle('/bin/sh -c echo a && echo b; echo c')).toEqual({
      title: 'echo a',
      kind: 'unknown',
      command: 'echo a && echo b; echo c',
    });
  });

  test('a recorded command never gives an empty title', () => {
    const words = fc.constantFrom(
      ...[
        'RUN',
        '/bin/sh -c',
        '#(nop)',
        'ADD',
        'COPY',
        'apt-get',
        'install',
        'update',
        '&&',
        ';',
        '|1',
        'A=1',
        '/',
        'in',
        '-y',
        '\n',
        'x',
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (text) => {
          const { title, command } = layerTitle(text);
          if (command !== '') expect(title).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each<[string, string]>([
    ['one step a hundred thousand times', 'apt-get update '.repeat(100_000)],
    ['RUN in RUN', 'RUN '.repeat(100_000)],
    ['build arguments that no shell follows', `|40 ${'A="b" '.repeat(40)}cmd /S /C make`],
    ['build arguments with more than one equals sign', `|40 ${'A=b=c '.repeat(40)}cmd /S /C make`],
    ['a hundred thousand spaces', `echo a${' '.repeat(100_000)}b`],
    ['a hundred thousand spaces behind ADD', `ADD a${' '.repeat(100_000)}b`],
    ['a hundred thousand flags', `apt ${'-y '.repeat(100_000)}`],
    ['a hundred thousand flags of the shell', `/bin/sh ${'-e '.repeat(100_000)}`],
    ['a hundred thousand file endings', `ADD x${'.tar'.repeat(100_000)}`],
  ])('a hostile command ends in a title: %s', (_, command) => {
    // Linear code needs milliseconds; the bound stops what would run for minutes or for ever.
    const title: unknown = runInNewContext(
      'name(command).title',
      { name: layerTitle, command },
      { timeout: 5000 },
    );
    expect(typeof title).toBe('string');
  });
});
