import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { parseDiffId } from '../../../shared/image/digest';
import { chainIds, parseImageConfig } from '../../../shared/image/imageConfig';
import { ProblemError, type Problem } from '../../../shared/image/problem';
import { diffIdOf, sha256 } from './graphFixtures';
import { reasonText } from '../../setup/reasonText';

const origin = { file: 'x.tar', entry: 'config.json', limits: defaultLimits };
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const parse = (value: unknown) => parseImageConfig(bytes(value), origin);

function refusal(value: unknown): Problem | string {
  try {
    return `accepted: ${JSON.stringify(parse(value))}`;
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem;
    throw thrown;
  }
}

const ids = ['a', 'b'].map(diffIdOf);
const document = {
  created: '2026-11-19T14:02:07.5Z',
  author: 'Ada',
  comment: 'first',
  os: 'linux',
  architecture: 'arm64',
  variant: 'v8',
  docker_version: '20.10.24',
  config: {
    Env: ['PATH=/bin', 'EMPTY='],
    Cmd: ['nginx', '-g'],
    Entrypoint: ['/entry.sh'],
    WorkingDir: '/srv',
    User: '1000:1000',
    Labels: { team: 'shop' },
    ExposedPorts: { '443/tcp': {}, '80/tcp': {} },
    Volumes: { '/data': {} },
    StopSignal: 'SIGQUIT',
    Healthcheck: { Test: ['CMD', 'true'] },
  },
  rootfs: { type: 'layers', diff_ids: ids },
  history: [
    { created: '2026-11-18T00:00:00Z', created_by: 'ADD rootfs', author: 'A', comment: 'c' },
    { created_by: 'ENV X=1', empty_layer: true },
  ],
};

describe('a whole config', () => {
  const config = parse(document);

  test('gives what stands at its top', () => {
    expect(config).toMatchObject({
      created: '2026-11-19T14:02:07.5Z',
      author: 'Ada',
      comment: 'first',
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      dockerVersion: '20.10.24',
      diffIds: ids,
    });
  });

  test('gives its history, oldest first', () => {
    expect(config.history).toEqual([
      { created: '2026-11-18T00:00:00Z', createdBy: 'ADD rootfs', author: 'A', comment: 'c', empty: false },
      { created: null, createdBy: 'ENV X=1', author: '', comment: '', empty: true },
    ]);
  });

  test('gives what a container starts with; ports are sorted', () => {
    expect(config.runtime).toEqual({
      env: ['PATH=/bin', 'EMPTY='],
      cmd: ['nginx', '-g'],
      entrypoint: ['/entry.sh'],
      workingDir: '/srv',
      user: '1000:1000',
      labels: { team: 'shop' },
      ports: ['443/tcp', '80/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGQUIT',
      healthcheck: ['CMD', 'true'],
    });
  });

  test('keeps the document as it stands', () => {
    expect(config.document).toEqual(document);
  });
});

describe('tolerance where real images differ', () => {
  test('an empty object is an image without layers, history or commands', () => {
    const config = parse({});
    expect(config).toMatchObject({ created: null, os: '', diffIds: [], history: [] });
    expect(config.runtime).toMatchObject({ env: [], cmd: [], labels: {}, ports: [] });
  });

  test('null lists are empty', () => {
    const config = parse({
      config: { Env: null, Cmd: null, Labels: null, ExposedPorts: null, Healthcheck: null },
      rootfs: { diff_ids: null },
      history: null,
    });
    expect(config).toMatchObject({ diffIds: [], history: [] });
    expect(config.runtime).toMatchObject({ env: [], cmd: [], labels: {}, ports: [], healthcheck: [] });
  });

  test('a command that is one text is a list of one', () => {
    expect(parse({ config: { Cmd: 'sh' } }).runtime.cmd).toEqual(['sh']);
  });

  test('keys in another letter case are read', () => {
    expect(parse({ OS: 'linux', RootFS: { Diff_IDs: ids }, Config: { env: ['A=1'] } })).toMatchObject({
      os: 'linux',
      diffIds: ids,
      runtime: { env: ['A=1'] },
    });
  });

  test('history steps that are null become blank ones, and null makes no step empty', () => {
    const { history } = parse({ history: [null, { empty_layer: null }] });
    expect(history.map(({ empty }) => empty)).toEqual([false, false]);
  });

  test.each([
    ['0001-01-01T00:00:00Z', null],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['2026-11-19T14:02:07.123456789Z', '2026-11-19T14:02:07.123456789Z'],
    ['2026-11-19T14:02:07+02:00', '2026-11-19T14:02:07+02:00'],
  ])('the date %j is read as %j', (created, expected) => {
    expect(parse({ created }).created).toBe(expected);
  });
});

describe('strictness where it counts', () => {
  test.each<[string, unknown, string]>([
    ['a list', [], 'is no JSON object'],
    ['text', '"config"', 'is no JSON object'],
    ['diff IDs that are no list', { rootfs: { diff_ids: 'x' } }, 'has no list of diff IDs'],
    [
      'a diff ID of another algorithm',
      { rootfs: { diff_ids: [ids[0], 'sha512:x'] } },
      'has no sha256 diff ID for layer 2',
    ],
    ['a diff ID that is null', { rootfs: { diff_ids: [null] } }, 'has no sha256 diff ID for layer 1'],
    ['one key in two letter cases', { os: 'linux', OS: 'windows' }, 'has the key "OS" in two spellings'],
    [
      'diff IDs in two letter cases',
      { rootfs: { diff_ids: ids, DIFF_IDS: [] } },
      'has the key "DIFF_IDS" in two spellings',
    ],
    [
      'a command in two letter cases',
      { config: { Cmd: ['/bin/a'], cmd: ['/bin/b'] } },
      'has the key "cmd" in two spellings',
    ],
    ['one key twice', '{"os":"linux","os":"windows"}', 'has the key "os" twice'],
  ])('refuses %s', (_, value, reason) => {
    const refused = refusal(value);
    expect(refused).toMatchObject({
      code: 'document-invalid',
      facts: { file: origin.file, entry: origin.entry },
    });
    expect(reasonText((refused as Problem).facts)).toBe(reason);
  });
});

describe('chainIds', () => {
  test('the chain ID of a base is its diff ID', () => {
    expect(chainIds([ids[0] ?? diffIdOf('')], sha256)).toEqual([ids[0]]);
  });

  test('an image without layers has no chain', () => {
    expect(chainIds([], sha256)).toEqual([]);
  });

  test('a chain ID is the digest of the chain below, a space and the diff ID', () => {
    const [a, b] = [diffIdOf('a'), diffIdOf('b')];
    expect(chainIds([a, b], sha256)).toEqual([a, `sha256:${sha256(`${a} ${b}`)}`]);
  });

  test('agrees with a chain that was computed by other means', () => {
    // printf 'sha256:0…0 sha256:1…1' | sha256sum, and once more on top of that with 2…2.
    const chain = chainIds(
      ['0', '1', '2'].map((digit) => parseDiffId(`sha256:${digit.repeat(64)}`)),
      sha256,
    );
    expect(chain).toEqual([
      `sha256:${'0'.repeat(64)}`,
      'sha256:f94b891e05f6e37c90d87edfd5bb98a02d618a437c35f3a94b3b00e48e894631',
      'sha256:59e1080197dac1c8a7a84c26e489ea200c2cb386337efde7688d47aee4460ed7',
    ]);
  });

  test('chains have a beginning in common exactly as long as their diff IDs have', () => {
    const layers = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });
    const common = (x: readonly string[], y: readonly string[]): number => {
      const end = x.findIndex((value, i) => value !== y[i]);
      return end < 0 ? x.length : end;
    };
    fc.assert(
      fc.property(layers, layers, (x, y) => {
        const [a, b] = [x, y].map((list) => chainIds(list.map(diffIdOf), sha256));
        expect(common(a ?? [], b ?? [])).toBe(common(x, y));
      }),
    );
  });
});
