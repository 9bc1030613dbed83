import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canAsk, confirm } from '../../../electron/cli/confirm';
import { PassThrough } from 'node:stream';
import { hostArchitecture } from '../../../electron/system/hostArchitecture';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { must, run } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import {
  fails,
  loadAll,
  namelessImage,
  newImage,
  ok,
  place,
  root,
  stratigraph,
  useCommandLine,
} from './cliTools';

/** What people who know docker, podman and skopeo expect of questions, of several names, and of sentences. */

useCommandLine();

/** The command line on a terminal of its own, at which somebody types `answer`. */
async function atTerminal(
  answer: string,
  ...words: readonly string[]
): Promise<{ code: number; said: string }> {
  const line = [process.execPath, join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, ...words]
    .map((word) => `'${word}'`)
    .join(' ');
  const { code, stdout } = await run('script', ['-qec', line, '/dev/null'], {
    input: answer,
    env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
  });
  return { code, said: stdout };
}

describe('prune', () => {
  test('asks on a terminal, says what goes, and takes only a yes for one', async () => {
    await loadAll();
    for (const answer of ['n\n', '\n', 'yesterday\n', '\u0004']) {
      const { code, said } = await atTerminal(answer, 'prune');
      expect([code, said]).toEqual([1, expect.stringContaining('Nothing was removed.')]);
      expect(said).toContain(`Would delete: ${namelessImage.id}`);
      expect(said).toMatch(/Would free [^\n]+ bytes\)/);
      expect(await ok('images', '-aq', '--no-trunc')).toContain(namelessImage.id);
    }
    const { code, said } = await atTerminal('y\n', 'prune');
    expect([code, said]).toEqual([0, expect.stringContaining(`Deleted: ${namelessImage.id}`)]);
    // Nothing is left that a question could be about.
    expect((await atTerminal('', 'prune')).code).toBe(0);
  });

  test('does not ask with -f, nor without a terminal, where nobody could answer', async () => {
    await loadAll();
    const forced = await atTerminal('', 'prune', '-f');
    expect([forced.code, forced.said]).toEqual([0, expect.not.stringContaining('[y/N]')]);
    expect(await ok('prune', '-a')).toContain(`Deleted: ${newImage.id}`);
    expect(await ok('images', '-aq')).toBe('');
  });

  test('a yes is y or yes', async () => {
    const session = {
      language: 'en' as const,
      run: () => ({ signal: new AbortController().signal, report: () => undefined }),
      endProgress: () => undefined,
    };
    const answers = ['y', 'Y', ' yes ', 'YES', 'n', '', 'ye', 'yy', 'oy'];
    const taken = answers.map(async (answer) => {
      const input = new PassThrough();
      input.end(`${answer}\n`);
      return confirm(session, { input, output: new PassThrough() });
    });
    expect(await Promise.all(taken)).toEqual([true, true, true, true, false, false, false, false, false]);
    expect(canAsk({ input: new PassThrough(), output: new PassThrough() })).toBe(false);
  });
});

describe('several names', () => {
  test('rmi removes those that it can, names the others, and fails', async () => {
    await loadAll();
    const both = await stratigraph('rmi', 'ghost:1', 'shop:1.0', 'ghost:2', 'shop:1.1');
    expect([both.code, both.stdout]).toEqual([1, expect.stringContaining('Untagged: shop:1.0')]);
    expect(both.stdout).toContain('Untagged: shop:1.1');
    expect(both.stderr.match(/ghost:[12]/g)).toEqual(['ghost:1', 'ghost:2']);
    expect(await ok('images', '--format', '{{.Repository}}:{{.Tag}}', 'shop')).toBe('');
    // An ID of several names without -f is one of them.
    const left = await stratigraph('rmi', newImage.id, namelessImage.id);
    expect(left.stdout).toContain(`Deleted: ${namelessImage.id}`);
  });

  test('rmi keeps what is used, and removes the rest', async () => {
    await loadAll();
    await ok('workspace', 'create', 'shop:1.0', 'held');
    const preview = await stratigraph('rmi', '-n', 'shop:1.0', namelessImage.id);
    expect([preview.code, preview.stdout]).toEqual([
      1,
      expect.stringContaining(`delete: ${namelessImage.id}`),
    ]);
    const { code, stdout, stderr } = await stratigraph('rmi', 'shop:1.0', namelessImage.id);
    expect([code, stdout, stderr]).toEqual([
      1,
      expect.stringContaining(`Deleted: ${namelessImage.id}`),
      expect.stringContaining('held'),
    ]);
    expect(await ok('images', '-q', 'shop:1.0')).not.toBe('');
  });

  test('so do the other commands that take several', async () => {
    await loadAll();
    await ok('workspace', 'create', 'shop:1.0', 'one');
    const calls = [
      [['workspace', 'rm', 'ghost', 'one'], 'Removed: one'],
      [['inspect', 'ghost:1', 'shop:1.0'], 'shop:1.0'],
      [['cat', 'shop:1.0', 'ghost', 'etc/os'], 'base'],
      [['find', 'etc/os', 'ghost:1', 'shop:1.0'], 'etc/os'],
    ] as const;
    for (const [words, out] of calls) {
      const { code, stdout, stderr } = await stratigraph(...words);
      expect([words, code, stdout]).toEqual([words, 1, expect.stringContaining(out)]);
      expect(stderr).toContain('ghost');
    }
    const secrets = await stratigraph('secrets', 'ghost:1', 'shop:1.0');
    expect([secrets.code, secrets.stderr]).toEqual([1, expect.stringMatching(/ghost:1[^]*files/)]);
    const told = await stratigraph('--json', 'inspect', 'ghost:1', 'shop:1.0');
    expect(JSON.parse(told.stderr)).toMatchObject({ problem: { code: 'image-not-found' } });
    await fails(1, 'rmi', 'ghost:1');
  });
});

test('sentences name a file as it was typed', async () => {
  await loadAll();
  const folder = await temporaryFolder();
  const text = join(folder, 'deep', '..', 'note.txt');
  await must('mkdir', ['-p', join(folder, 'deep')]);
  await writeFile(text, 'no archive, no key\n');
  const missing = `${folder}/./missing`;
  const calls = [
    ['load', '-i', text],
    ['load', missing],
    ['import', text],
    ['import', missing],
    ['save', '-o', `${missing}/x.tar`, 'shop:1.0'],
    ['save', '-o', `${folder}/deep/../deep`, 'shop:1.0'],
    ['save', '-o', `${folder}/new.tar`, '--except', text, 'shop:1.0'],
    ['export', '-o', `${missing}/y.tar`, 'shop:1.0'],
    ['sign', '--key', text, 'shop:1.0'],
    ['sign', '--key', missing, 'shop:1.0'],
    ['verify', '--key', missing, 'shop:1.0'],
    ['encrypt', '--recipient', missing, 'shop:1.0'],
    ['decrypt', '--key', missing, 'shop:1.0'],
    ['mount', 'shop:1.0', `${folder}/missing/here`],
  ];
  for (const words of calls) {
    const path = words.find((word) => word.startsWith(folder) && !word.endsWith('new.tar')) ?? '';
    const { code, stderr } = await stratigraph(...words);
    expect([words, code, stderr]).toEqual([words, 1, expect.stringContaining(path)]);
  }
  // Two of one name are told apart.
  await must('cp', [text, `${folder}/deep/note.txt`]);
  const { stderr } = await stratigraph('load', text, `${folder}/deep/note.txt`);
  expect(stderr.split('\n').map((line) => line.includes(folder))).toEqual([true, true, false]);
});

test('df calls nothing reclaimable where nothing can be removed', async () => {
  const folder = await temporaryFolder();
  await loadAll();
  await ok('save', '-o', `${folder}/shop.tar`, 'shop:1.0', 'shop:1.1');
  await ok('copy', '--format', 'oci-dir', 'shop:1.0', `${folder}/layout`);
  const own = JSON.parse(await ok('--json', 'df')) as Reclaimable;
  expect(own.total.reclaimable).toBeGreaterThan(0);
  expect(JSON.parse(await ok('--json', 'df', '--source', 'store'))).toEqual(own);
  for (const place of [`${folder}/shop.tar`, `${folder}/layout`]) {
    const { total, rows, images, between } = JSON.parse(
      await ok('--json', 'df', '--source', place),
    ) as Reclaimable;
    expect(total.size).toBeGreaterThan(0);
    for (const { reclaimable } of [total, between, ...rows, ...images]) expect(reclaimable).toBe(0);
    expect(await ok('df', '-v', '--source', place)).not.toContain('100%');
  }
});

interface Reclaimable {
  readonly total: { readonly size: number; readonly reclaimable: number };
  readonly between: { readonly reclaimable: number };
  readonly rows: readonly { readonly reclaimable: number }[];
  readonly images: readonly { readonly reclaimable: number }[];
}

test('df calls nothing active that is not mounted any more', async () => {
  await loadAll();
  await ok('mount', 'shop:1.0');
  const active = async (): Promise<readonly number[]> => {
    const { rows } = JSON.parse(await ok('--json', 'df')) as {
      rows: readonly { readonly kind: string; readonly active: number }[];
    };
    return ['images', 'unpacked'].map((kind) => rows.find((row) => row.kind === kind)?.active ?? -1);
  };
  const [images, layers] = await active();
  expect([images, layers && layers > 0]).toEqual([1, true]);
  await ok('umount', 'shop:1.0');
  expect(await active()).toEqual([0, 0]);
});

test('history -H, inspect --type and -s, and version are taken as docker takes them', async () => {
  await loadAll();
  expect(await ok('history', '-H', 'shop:1.0')).toBe(await ok('history', 'shop:1.0'));
  const format = ['--format', '{{.CreatedSince}} {{.CreatedAt}} {{.Size}}', 'shop:1.0'];
  for (const off of ['--human=false', '-H=false']) {
    const lines = (await ok('history', off, ...format)).trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^(\S+) \1 \d+$/);
    expect(await ok('history', off, 'shop:1.0')).toMatch(/^LAYER +CREATED AT /);
  }
  const layer = newImage.layers[1]?.diffId ?? '';
  expect(await ok('inspect', '-s', '--type', 'image', 'shop:1.0')).toBe(await ok('inspect', 'shop:1.0'));
  await fails(1, 'inspect', '--type', 'image', layer);
  await fails(1, 'inspect', '--type', 'layer', 'shop:1.0');
  expect(await ok('inspect', '--type', 'layer', layer)).toContain(layer);
  await fails(2, 'inspect', '--type', 'network', 'shop:1.0');
  const plain = (await ok('--version')).trim().split(' ')[1] ?? '';
  expect(await ok('version', '--format', '{{.Client.Version}}')).toBe(`${plain}\n`);
  expect(await ok('version')).toContain(plain);
  expect(JSON.parse(await ok('version', '-f', 'json'))).toMatchObject({
    Client: { Version: plain, Os: 'linux' },
  });
});

test('import says of a file that is no tarball what it is', async () => {
  await loadAll();
  const folder = await temporaryFolder();
  const kinds = { text: 'root:x:0:0\n'.repeat(90), noise: '\u0001\u0002'.repeat(600), short: 'x' };
  for (const [name, content] of Object.entries(kinds)) {
    const path = join(folder, name);
    await writeFile(path, content);
    expect(await fails(1, 'import', path)).toContain(`${path} is no root filesystem`);
  }
});

test('--platform takes a processor or a system alone', async () => {
  const archive = indexedLayout('rig/multi:1', [
    { os: 'linux', architecture: 'amd64', layers: [{ files: [{ path: 'a' }] }] },
    { os: 'linux', architecture: 'arm64', variant: 'v8', layers: [{ files: [{ path: 'b' }] }] },
    { os: 'windows', architecture: hostArchitecture, layers: [{ files: [{ path: 'c' }] }] },
  ]).archive;
  await ok('load', '-q', '-i', await temporaryFile(archive));
  const of = (text: string): Promise<string> =>
    ok('inspect', '--platform', text, '-f', '{{.Os}}/{{.Architecture}}', 'rig/multi:1');
  const asked = ['arm64', 'aarch64', 'ARM64', 'x86_64', 'windows', 'linux'];
  expect(await Promise.all(asked.map(of))).toEqual([
    ...['linux/arm64\n', 'linux/arm64\n', 'linux/arm64\n', 'linux/amd64\n'],
    ...[`windows/${hostArchitecture}\n`, `linux/${hostArchitecture}\n`],
  ]);
  await fails(1, 'inspect', '--platform', 'riscv64', 'rig/multi:1');
  await fails(2, 'inspect', '--platform', 'arm 64', 'rig/multi:1');
});

test('secrets finds AWS keys in any file, and lists by layer, then by path', async () => {
  const secret = (at: number): string =>
    noise(60, at)
      .toString('base64')
      .replace(/[^A-Za-z0-9]/g, 'x')
      .slice(0, 40);
  const id = 'AKIA3SGQ7VDWXY2ZKLMN';
  const texts = [
    `aws_secret_access_key ${secret(1)}`,
    `AWS_SECRET_ACCESS_KEY=${secret(2)}`,
    `AWS_SECRET = ${secret(3)}`,
    `SecretAccessKey: ${secret(4)}`,
    `Access key ID,Secret access key\n${id},${secret(5)}`,
    `${id} ${secret(6)}`,
    `${id}:${secret(7)}`,
    `${id}\n${secret(8)}`,
  ];
  const files = texts.map((content, i) => ({ path: `srv/${9 - i}`, content: `${content}\n` }));
  const layers = [{ files }, { files: [{ path: 'a', content: texts[0] ?? '' }] }];
  await ok('load', '-q', '-i', await temporaryFile(dockerArchive([{ names: ['keys:1'], layers }])));
  const [found] = JSON.parse(await ok('--json', 'secrets', 'keys:1')) as {
    files: { path: string; layer: number; rule: string }[];
  }[];
  const keys = (found?.files ?? []).filter(({ rule }) => rule === 'aws-secret-key');
  expect(keys.map(({ layer, path }) => `${layer} ${path}`)).toEqual([
    ...files.map(({ path }) => `1 ${path}`).reverse(),
    '2 a',
  ]);
});
