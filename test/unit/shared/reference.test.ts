import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/image/problem';
import { parseReference, splitName } from '../../../shared/image/reference';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;

/** The problem of a refused reference. */
function refusal(text: string): unknown {
  try {
    parseReference(text);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem;
    throw thrown;
  }
  return `accepted: ${text}`;
}

describe('a reference in its parts', () => {
  test.each([
    // text, registry, repository, tag, digest
    ['alpine', 'docker.io', 'library/alpine', 'latest', null],
    ['alpine:3.20', 'docker.io', 'library/alpine', '3.20', null],
    ['library/alpine', 'docker.io', 'library/alpine', 'latest', null],
    ['rig/tiny:1.0', 'docker.io', 'rig/tiny', '1.0', null],
    ['a/b/c/d', 'docker.io', 'a/b/c/d', 'latest', null],
    ['docker.io/alpine', 'docker.io', 'library/alpine', 'latest', null],
    ['index.docker.io/alpine', 'docker.io', 'library/alpine', 'latest', null],
    ['index.docker.io/docker/docker', 'docker.io', 'docker/docker', 'latest', null],
    ['quay.io/a/b:c', 'quay.io', 'a/b', 'c', null],
    ['localhost/x', 'localhost', 'x', 'latest', null],
    ['localhost', 'docker.io', 'library/localhost', 'latest', null],
    ['localhost:5000', 'docker.io', 'library/localhost', '5000', null],
    ['localhost:5000/x', 'localhost:5000', 'x', 'latest', null],
    ['localhost:5000/x:1', 'localhost:5000', 'x', '1', null],
    ['test:5000/repo', 'test:5000', 'repo', 'latest', null],
    ['192.168.0.1', 'docker.io', 'library/192.168.0.1', 'latest', null],
    ['192.168.0.1:80', 'docker.io', 'library/192.168.0.1', '80', null],
    ['127.0.0.1:5000/library/debian', '127.0.0.1:5000', 'library/debian', 'latest', null],
    ['[::1]/x', '[::1]', 'x', 'latest', null],
    ['[fc00::1]:5000/docker/docker:2', '[fc00::1]:5000', 'docker/docker', '2', null],
    ['Docker/docker', 'Docker', 'docker', 'latest', null],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com', null],
    ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080', null],
    ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080', null],
    [`alpine@${digest}`, 'docker.io', 'library/alpine', null, digest],
    [`alpine:3@${digest}`, 'docker.io', 'library/alpine', '3', digest],
    [`test:5000/repo@${digest}`, 'test:5000', 'repo', null, digest],
    [`alpine@sha512:${hex}${hex}`, 'docker.io', 'library/alpine', null, `sha512:${hex}${hex}`],
    [`docker.io/${hex}`, 'docker.io', `library/${hex}`, 'latest', null],
  ])('%s', (text, registry, repository, tag, wantedDigest) => {
    expect(parseReference(text)).toMatchObject({ registry, repository, tag, digest: wantedDigest });
  });
});

describe('the grammar of path components', () => {
  test.each(['a', '0', 'a.b', 'a_b', 'a__b', 'a-b', 'a--b', 'a---------b', 'a.b_c-d__e', '0a'])(
    'accepts %s',
    (name) => {
      expect(parseReference(name).repository).toBe(`library/${name}`);
    },
  );

  test.each([
    '-a',
    'a-',
    '.a',
    'a.',
    '_a',
    'a_',
    'a..b',
    'a___b',
    'a._b',
    'a-_b',
    'a b',
    ' a',
    'a\n',
    'a//b',
    'a/',
    '/a',
    'docker///docker',
    '-docker/docker',
    'ä',
    'a\u0000',
    'a\\b',
    'a/../b',
    'a/./b',
  ])('refuses %j', (name) => {
    expect(refusal(name)).toEqual({
      code: 'reference-invalid',
      facts: { text: name, reason: 'characters' },
    });
  });
});

describe('refusals name their fault', () => {
  test.each([
    ['', 'empty'],
    [':tag', 'empty'],
    [`@${digest}`, 'empty'],
    ['docker.io/', 'empty'],
    ['Alpine', 'upper-case'],
    ['docker/Docker', 'upper-case'],
    ['docker.io/docker/Docker', 'upper-case'],
    ['alpine:', 'tag'],
    ['alpine:-x', 'tag'],
    ['alpine:.x', 'tag'],
    ['alpine:a b', 'tag'],
    ['alpine:a+b', 'tag'],
    [`alpine:${'a'.repeat(129)}`, 'tag'],
    ['alpine@', 'digest'],
    ['alpine@sha256', 'digest'],
    ['alpine@sha256:abc', 'digest'],
    [`alpine@sha256:${hex.toUpperCase()}`, 'digest'],
    [`alpine@sha256:${hex}a`, 'digest'],
    [`alpine@${digest}@${digest}`, 'digest'],
    [`alpine@${digest}:tag`, 'digest'],
    [hex, 'looks-like-id'],
    [digest, 'looks-like-id'],
    ['sha256', 'looks-like-id'],
    ['sha256:1', 'looks-like-id'],
    ['sha512:latest', 'looks-like-id'],
    ['library/sha256:1', 'looks-like-id'],
    ['docker.io/library/sha256', 'looks-like-id'],
    ['https://github.com/docker/docker', 'registry'],
    ['-docker.io/docker/docker', 'registry'],
    ['host:port/x', 'registry'],
    ['host:/x', 'registry'],
    ['a..b/x', 'registry'],
    ['[fe80::1%eth0]:5000/debian', 'registry'],
    ['[2001:db8:3:4::192.0.2.33]:5000/debian', 'registry'],
    ['fc00::1:5000/debian', 'registry'],
  ])('%s: %s', (text, reason) => {
    expect(refusal(text)).toEqual({ code: 'reference-invalid', facts: { text, reason } });
  });

  test.each(['[fc00::1]', '[fc00::1]:5000', ' ', ':', '@', '/', '//', 'a:b:c'])('refuses %s', (text) => {
    expect(refusal(text)).toMatchObject({ code: 'reference-invalid' });
  });

  test('a name of 255 characters is the longest, with its registry', () => {
    const room = 255 - 'quay.io/'.length;
    expect(parseReference(`quay.io/${'a'.repeat(room)}:tag`).tag).toBe('tag');
    expect(refusal(`quay.io/${'a'.repeat(room + 1)}`)).toMatchObject({ facts: { reason: 'too-long' } });
  });

  test('a tag may have 128 characters, letters of any case', () => {
    const tag = `A${'_.-z9'.repeat(25)}ab`;
    expect(tag).toHaveLength(128);
    expect(parseReference(`x:${tag}`).tag).toBe(tag);
  });

  test('a problem does not carry a megabyte of what was typed', () => {
    expect(refusal('!'.repeat(1 << 20))).toEqual({
      code: 'reference-invalid',
      facts: { text: '!'.repeat(300), reason: 'characters' },
    });
  });
});

describe('the familiar and the normalised form', () => {
  test.each([
    ['docker.io/library/alpine:latest', 'alpine:latest', 'docker.io/library/alpine:latest'],
    ['alpine', 'alpine:latest', 'docker.io/library/alpine:latest'],
    ['index.docker.io/fooo/bar', 'fooo/bar:latest', 'docker.io/fooo/bar:latest'],
    ['library/foo/bar:1', 'library/foo/bar:1', 'docker.io/library/foo/bar:1'],
    ['library/foo.bar', 'foo.bar:latest', 'docker.io/library/foo.bar:latest'],
    ['nonlibrary/foo', 'nonlibrary/foo:latest', 'docker.io/nonlibrary/foo:latest'],
    ['quay.io/library/x', 'quay.io/library/x:latest', 'quay.io/library/x:latest'],
    ['127.0.0.1:8000/fooo/bar', '127.0.0.1:8000/fooo/bar:latest', '127.0.0.1:8000/fooo/bar:latest'],
    [`alpine@${digest}`, `alpine@${digest}`, `docker.io/library/alpine@${digest}`],
    [`alpine:3@${digest}`, `alpine:3@${digest}`, `docker.io/library/alpine:3@${digest}`],
  ])('%s', (text, familiar, full) => {
    expect(parseReference(text)).toMatchObject({ familiar, full });
  });

  test('the repository name is the familiar form without tag and digest', () => {
    expect(parseReference(`docker.io/library/alpine:3@${digest}`).repositoryName).toBe('alpine');
    expect(parseReference('localhost:5000/x:1').repositoryName).toBe('localhost:5000/x');
  });

  /** Components without dots, so that none of them can be taken for a registry, and not `localhost`. */
  const component = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:_|__|-{1,3})[a-z0-9]{1,6}){0,2}$/);
  const reference = fc
    .record({
      registry: fc.constantFrom(
        '',
        'docker.io/',
        'index.docker.io/',
        'quay.io/',
        'localhost:5000/',
        '[::1]/',
      ),
      path: fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: null }),
      digest: fc.option(fc.constant(digest), { nil: null }),
    })
    .filter(({ path }) => !path.startsWith('localhost'))
    .map(({ registry, path, tag, digest: d }) =>
      [registry, path, tag === null ? '' : `:${tag}`, d === null ? '' : `@${d}`].join(''),
    );

  test('each form, parsed again, is the same reference', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const first = parseReference(text);
        expect(parseReference(first.familiar)).toEqual(first);
        expect(parseReference(first.full)).toEqual(first);
      }),
    );
  });

  test('the familiar form is never longer than the normalised one and ends it', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const { familiar, full } = parseReference(text);
        expect(full.endsWith(familiar)).toBe(true);
      }),
    );
  });

  test('any text is parsed or refused with reference-invalid', () => {
    const noise = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'aA0.:/@_-[] ') }),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const problem = refusal(text);
        if (typeof problem !== 'string') expect(problem).toMatchObject({ code: 'reference-invalid' });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('splitName', () => {
  test.each([
    ['rig/tiny:1.0', 'rig/tiny', '1.0'],
    ['localhost:5000/x', 'localhost:5000/x', ''],
    ['localhost:5000/x:1', 'localhost:5000/x', '1'],
    [`alpine@${digest}`, 'alpine', digest],
    [`alpine:3@${digest}`, 'alpine', '3'],
    ['alpine', 'alpine', ''],
    ['', '', ''],
  ])('%s', (name, repository, tag) => {
    expect(splitName(name)).toEqual({ repository, tag });
  });
});

test('a name of Docker Hub that looks like one of a registry keeps its registry', () => {
  const found = parseReference('docker.io/a.example/x:1');
  expect(found).toMatchObject({ registry: 'docker.io', familiar: 'docker.io/a.example/x:1' });
  expect(parseReference(found.familiar)).toEqual(found);
  expect(parseReference('a.example/x:1').familiar).not.toBe(found.familiar);
});
