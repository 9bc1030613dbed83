import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasTokenChecksum } from '../../../shared/layer/secretRules';
import { isSamplePath, masked, SecretScan, secretsIn } from '../../../shared/layer/secretScan';

/** Random-looking text; made here so that no text of this file is taken for a secret. */
const random = (length: number, alphabet = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'): string =>
  Array.from({ length }, (_, i) => alphabet[(i * 7 + ((i * i) % 11)) % alphabet.length]).join('');
const pem = (kind: string): string =>
  `-----BEGIN ${kind}-----\n${`${random(64)}\n`.repeat(6)}-----END ${kind}-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const url64 = (text: string): string => Buffer.from(text).toString('base64url');

function scan(path: string, text: string, binary = false): readonly string[] {
  const found = new SecretScan(path, binary);
  found.feed(text);
  return found.end().map(({ rule, line }) => `${rule}:${line}`);
}

/** All that is told of a text. */
const secretsText = (path: string, text: string): string => {
  const found = new SecretScan(path);
  found.feed(text);
  return JSON.stringify(found.end());
};

describe('finds', () => {
  test.each([
    ['root/.ssh/id_rsa', pem('OPENSSH PRIVATE KEY'), ['private-key:1']],
    ['srv/key.pem', `bag attributes\n${pem('PRIVATE KEY')}`, ['private-key:2']],
    ['sa.json', JSON.stringify({ private_key: pem('PRIVATE KEY') }), ['private-key:1']],
    [
      'k.ppk',
      `PuTTY-User-Key-File-3: ssh-rsa\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 2\n${random(60)}\n`,
      ['putty-key:1'],
    ],
    ['app/x.py', `key = "AKIA${random(16, 'QWERTZUIOPASDFG234567')}"`, ['aws-access-key:1']],
    ['root/.aws/credentials', `[default]\naws_secret_access_key = ${random(40)}\n`, ['aws-secret-key:2']],
    ['app/c', `DefaultEndpoints;AccountKey=${random(86)}==;`, ['azure-storage-key:1']],
    ['a', `t: glpat-${random(20)}`, ['gitlab-token:1']],
    ['a', `xoxb-123456789012-${random(24)}`, ['slack-token:1']],
    ['a', `s${'k'}_live_${random(24)}`, ['stripe-key:1']],
    ['a', `pypi-AgE${random(60)}`, ['pypi-token:1']],
    [
      'root/.docker/config.json',
      `{"auths":{"r":{"auth":"${base64('me:hunter2hunter')}"}}}`,
      ['docker-auth:1'],
    ],
    ['root/.netrc', 'machine h\nlogin me\npassword s3cr3tly\n', ['netrc:3']],
    ['root/.pgpass', '# comment:a:b:c:d\ndb:5432:*:me:s3cr3tly\n', ['pgpass:2']],
    ['root/.git-credentials', 'https://me:s3cr3tly@git.lan\n', ['url-password:1']],
    ['root/.kube/config', `client-key-data: ${base64(pem('RSA PRIVATE KEY'))}`, ['kubeconfig-key:1']],
    ['etc/shadow', 'root:*:1::::::\nme:$6$salt$abcdefghijklmnop:1::::::\n', ['password-hash:2']],
    [
      'a',
      `${url64('{"alg":"HS256","typ":"JWT"}')}.${url64('{"sub":"1234567890"}')}.${random(43)}`,
      ['jwt:1'],
    ],
    ['app/.env', `A=1\nDB_PASSWORD=${random(24)}\n`, ['assigned-secret:2']],
    ['app/node_modules/x/package.json', '"_resolved": "https://me:s3cr3tly@npm.lan/x"', ['url-password:1']],
    ['app/run.js', 'mongodb+srv://me:s3cr3tly@example.company.com/', ['url-password:1']],
    ['app/run.js', 'aa://b:c1c@d xx://me:s3cr3tly@testing.lan', ['url-password:1', 'url-password:1']],
  ])('in %s', (path, text, expected) => {
    expect(scan(path, text)).toEqual(expected);
  });

  const named: readonly [string, (secret: string) => string][] = [
    [
      'main.tf',
      (s) => `resource "x" "d" {\n  username             = "u"\n  password             = "${s}"\n}`,
    ],
    ['main.tf', (s) => `  api_key                                  = "${s}"`],
    ['a.ts', (s) => `const apiKey: string = '${s}';`],
    ['a.ts', (s) => `  private readonly password?: string | null = "${s}";`],
    ['a.py', (s) => `api_key: Optional[str] = '${s}'`],
    ['a.kt', (s) => `val apiKey: String = "${s}"`],
    ['a.swift', (s) => `let apiKey: String = "${s}"`],
    ['a.rs', (s) => `const API_KEY: &'static str = "${s}";`],
    ['a.go', (s) => `var apiKey string = "${s}"`],
    ['a.rb', (s) => `ENV['SECRET_KEY_BASE'] = '${s}'`],
    ['config.xml', (s) => `<config><dbPassword>${s}</dbPassword></config>`],
    ['web.config', (s) => `<add key="ApiKey" value="${s}"/>`],
    ['beans.xml', (s) => `<property name="password" value="${s}"/>`],
    ['core-site.xml', (s) => `<property>\n <name>fs.s3a.secret.key</name>\n <value>${s}</value></property>`],
    ['strings.xml', (s) => `<string name="api_key">${s}</string>`],
    ['Info.plist', (s) => `<key>ApiKey</key>\n\t<string>${s}</string>`],
    ['.env', (s) => `REDIS_URL=redis://:${s}@cache:6379/0`],
    ['d.yaml', (s) => `env:\n- name: DB_PASSWORD\n  value: ${s}`],
    ['task.json', (s) => `{"name": "DB_PASSWORD", "value": "${s}"}`],
  ];
  test.each(named)('whatever a generator made in a line of %s', (name, line) => {
    const letters = [...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'];
    const all = fc.sample(fc.array(fc.constantFrom(...letters), { minLength: 24, maxLength: 40 }), {
      numRuns: 30,
      seed: 4,
    });
    for (const parts of all) {
      const secret = parts.join('');
      expect(scan(`app/${name}`, line(secret)), secret).toHaveLength(1);
      expect(secretsText(`app/${name}`, line(secret))).not.toContain(secret);
    }
    // Words, expressions and what is to be filled in are none; what stands in an address is one whatever it is.
    if (name === '.env') return;
    for (const none of [
      'your-api-key-here',
      '${var.some_password}',
      'some_words_in_a_row',
      'process.env.API_KEY',
    ])
      expect(scan(`app/${name}`, line(none)), none).toEqual([]);
  });

  test('tokens with a checksum only where it is right', () => {
    // A token that has been revoked and published by its owner to explain the checksum.
    const token = ['ghp', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17'].join('_');
    expect(hasTokenChecksum(token)).toBe(true);
    expect(scan('a', `x ${token}`)).toEqual(['github-token:1']);
    expect(scan('a', `x ${token.slice(0, -1)}8`)).toEqual([]);
    expect(scan('bin/tool', `\0${token}\0`, true)).toEqual(['github-token:1']);
  });

  test('in values of a config', () => {
    expect(secretsIn(`NPM_TOKEN=${random(36)}`)).toEqual([
      {
        rule: 'assigned-secret',
        line: 1,
        excerpt: 'NPM_TOKEN=aSs7… (36)'.replace('aSs7', random(36).slice(0, 4)),
      },
    ]);
    expect(secretsIn('|1 URL=postgres://me:s3cr3tly@db/x /bin/sh -c make').map(({ rule }) => rule)).toEqual([
      'url-password',
    ]);
  });
});

test.each([
  ['etc/ssl/cert.pem', pem('CERTIFICATE')],
  ['a.md', 'Paste -----BEGIN PRIVATE KEY----- here'],
  ['a', 'AKIAIOSFODNN7EXAMPLE'],
  [
    'app/.env',
    'PASSWORD=changeme\nTOKEN=${TOKEN}\nSECRET_KEY=/run/secrets/key-file\nAPI_KEY=your-key-goes-here1',
  ],
  ['app/settings.yml', 'password_file: /etc/app/password.txt\ntoken_expiry: 2024-01-01T00:00:00Z\n'],
  ['a', 'https://user:password@host https://me:$PASS@host https://host:8080/@x'],
  ['a', 'https://abc:xyz@host https://me:s3cr3tly@www.example.com/x ftp://me:s3cr3tly@example'],
  ['a', `${url64('{"alg":"HS256"}')}.${url64('{"sub":"1234567890","name":"John Doe"}')}.${random(43)}`],
  ['a', `${url64('{"alg":"HS256"}')}.${url64('{"some":"payload"}')}.${random(43)}`],
  ['etc/shadow', 'root:*:19000:0:99999:7:::\nbin:!:19000::::::\n'],
  ['usr/lib/python3/site.json', `{"token": "${random(40)}"}`],
  ['root/.docker/config.json', '{"auths":{"r":{}},"credsStore":"pass"}'],
])('does not take %s for one: %s', (path, text) => {
  expect(scan(path, text)).toEqual([]);
});

test('samples of installed software are known by their paths', () => {
  expect(isSamplePath('usr/lib/python3/dist-packages/x/tests/key.pem')).toBe(true);
  expect(isSamplePath('app/node_modules/x/test/key.pem')).toBe(true);
  expect(isSamplePath('usr/lib/python3/dist-packages/PyJWT-2.6.0.egg-info/PKG-INFO')).toBe(true);
  expect(isSamplePath('app/node_modules/@types/node/url.d.ts')).toBe(true);
  expect(isSamplePath('app/tests/key.pem')).toBe(false);
  expect(isSamplePath('app/README.md')).toBe(false);
  expect(isSamplePath('app/node_modules/x/.npmrc')).toBe(false);
  expect(isSamplePath('usr/lib/x/key.pem')).toBe(false);
});

test('a secret is shown by at most four characters and never more than a fifth', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 80 }), (secret) => {
      const shown = masked(secret).slice(0, masked(secret).indexOf('…'));
      expect(shown.length).toBeLessThanOrEqual(Math.min(4, secret.length / 5));
    }),
  );
});

test('pieces of any size give what the whole gives, lines included', () => {
  const text = Array.from({ length: 400 }, (_, i) =>
    i % 90 === 7 ? pem('RSA PRIVATE KEY') : `${random(60)} line ${i}\n${'x'.repeat((i * 37) % 200)}\n`,
  ).join('');
  const whole = scan('key', text);
  expect(whole).toHaveLength(5);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1 }), (sizes) => {
      const pieces = new SecretScan('key');
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        pieces.feed(text.slice(at, at + size + 500));
        at += size + 500;
      }
      expect(pieces.end().map(({ rule, line }) => `${rule}:${line}`)).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});
