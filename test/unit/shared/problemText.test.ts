import { describe, expect, test } from 'vitest';
import type {
  AnswerReason,
  DocumentReason,
  LayerReason,
  ListReason,
  Reason,
  UnsupportedReason,
} from '../../../shared/image/faultReason';
import type {
  Problem,
  ProblemCode,
  ProblemFacts,
  ReferenceFault,
  RequestFault,
} from '../../../shared/image/problem';
import type { Language } from '../../../shared/text/format';
import {
  answerReasons,
  documentReasons,
  layerReasons,
  listReasons,
  unsupportedReasons,
} from '../../../shared/text/messages/faultReason';
import { describeProblem, problemSentence } from '../../../shared/text/problemText';
import { digestOf } from './graphFixtures';

const faults: Readonly<Record<ReferenceFault, true>> = {
  ...{ empty: true, 'too-long': true, 'upper-case': true, characters: true, tag: true, digest: true },
  ...{ 'looks-like-id': true, registry: true },
};
const requestFaults: Readonly<Record<RequestFault, true>> = {
  ...{ sender: true, arguments: true, paths: true, members: true, value: true, deep: true, text: true },
  ...{ many: true, kind: true, accessor: true, shared: true, operation: true, file: true, compression: true },
};
const keysOf = <K extends string>(record: Readonly<Record<K, true>>): readonly K[] =>
  Object.keys(record) as K[];
/** Every reason of a table, each with as much as its English sentence names. */
const reasonsOf = <C extends string>(
  table: Readonly<Record<C, readonly [string, string]>>,
): readonly Reason<C>[] =>
  (Object.keys(table) as C[]).map((reason) => {
    const named = ['a/b', '7'].slice(0, table[reason][0].match(/\{[01]\}/g)?.length ?? 0);
    return { reason, ...(named.length > 0 ? { named } : {}) };
  });
const documentFaults = reasonsOf<DocumentReason>(documentReasons);
const layerFaults = reasonsOf<LayerReason>(layerReasons);
const inFile = { file: 'shop.tar', entry: 'blobs/sha256/abc' };
const inLayer = { layer: 2, layers: 3 };
const digests = { expected: digestOf('a'), found: digestOf('b') };

/** Facts as they occur, every branch of them; a code that is not here does not compile. */
const plausible: { readonly [C in ProblemCode]: readonly ProblemFacts[C][] } = {
  'not-a-rootfs': (['unknown', 'text'] as const).map((seen) => ({ file: '/tmp/rootfs', seen })),
  'not-an-image': (['empty', 'unknown', 'tar', 'directory', 'text'] as const).flatMap((seen) => [
    { ...inFile, seen },
    { ...inFile, seen, looked: true },
  ]),
  'archive-truncated': [
    { file: 'shop.tar', read: 512 },
    { file: 'shop.tar', read: 512, looked: true },
    { file: 'shop.tar', read: 512, expected: 4096, ...inLayer },
    { file: 'shop.tar', read: 0, layer: 1 },
  ],
  'archive-damaged': [
    ...layerFaults.map((said) => ({ ...inFile, ...said })),
    { ...inFile, entry: '', reason: 'tar-checksum' },
  ],
  'digest-mismatch': [
    { ...inFile, ...digests },
    { ...inFile, ...digests, ...inLayer },
  ],
  'size-mismatch': [{ ...inFile, expected: 10_000, found: 9_999 }],
  'diff-id-mismatch': [{ ...inFile, ...digests, ...inLayer }],
  'blob-missing': (['manifest', 'config', 'layer', 'index'] as const).map((what) => ({ ...inFile, what })),
  'layers-missing': [
    { file: 'thin.tar', missing: 2, diffIds: [digests.expected, digests.found], from: 'shop/web:1.0' },
    { file: 'thin.tar', missing: 1, diffIds: [digests.expected], from: '' },
  ],
  'layer-list-invalid': [{ file: 'list.txt', line: 3 }],
  'document-invalid': documentFaults.map((said) => ({ ...inFile, ...said })),
  'layer-invalid': [
    ...layerFaults.map((said) => ({ ...inFile, ...said, member: 'etc/m' })),
    { ...inFile, reason: 'nul-name', ...inLayer },
  ],
  'holds-no-image': [
    'application/vnd.cncf.helm.config.v1+json',
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
    '',
  ].map((type) => ({ file: 'shop.tar', type })),
  unsupported: reasonsOf<UnsupportedReason>(unsupportedReasons).map((said) => ({
    file: 'shop.tar',
    ...said,
  })),
  'limit-exceeded': [
    { file: 'shop.tar', what: 'manifest.json', limit: 4_194_304 },
    { file: 'shop.tar', what: 'manifest.json', limit: 8_388_608, name: 'manifest-bytes', found: 67_000_000 },
    { file: 'shop.tar', what: 'shop.tar', limit: 21_600, name: 'time' },
  ],
  'digest-invalid': [{ text: 'sha256:xyz' }],
  'reference-invalid': Object.keys(faults).map((reason) => ({ text: 'X', reason: reason as ReferenceFault })),
  'image-not-found': [{ name: 'shop/web:1.0' }],
  'deleted-meanwhile': [{ name: 'shop/web:1.0' }],
  'shown-changed': [{ what: 'images' }, { what: 'changes' }, { what: 'name' }],
  'image-list-unreadable': [...reasonsOf<ListReason>(listReasons)],
  'layer-not-image': [
    { name: 'rig/tiny:1@2', image: 'rig/tiny:1', layer: '2' },
    { name: 'rig/tiny:1@2', image: 'rig/tiny:1', layer: '2', there: true },
  ],
  'image-ambiguous': [{ name: 'ab', matches: 'abc, abd' }],
  'platform-not-found': [{ name: 'shop:1.0', platform: 'linux/s390x', known: 'linux/amd64, linux/arm64' }],
  'name-not-found': [{ name: 'shop/web:1.0' }],
  'layer-elsewhere': [
    { layer: '0123456789ab', urls: '' },
    { layer: '0123456789ab', urls: 'https://example.com/a' },
  ],
  'image-of-other-system': [{ name: 'win:1', os: 'windows' }],
  'layer-not-found': [{ name: 'abc' }, { name: '9', image: 'shop:1.0', layers: 4 }],
  'is-an-image': [{ file: 'shop.tar' }],
  'transport-word': (
    ['docker', 'docker-archive', 'docker-daemon', 'oci', 'oci-archive', 'dir', 'containers-storage'] as const
  ).flatMap((transport) => [
    { text: `${transport}:x/y:1`, transport, rest: 'x/y:1' },
    { text: `${transport}:x/y:1`, transport, rest: 'x/y:1', copied: true },
  ]),
  'blob-unknown': [
    { name: 'abc', count: 0 },
    { name: 'abc', count: 0, place: 'shop.tar' },
    { name: 'abc', count: 2 },
  ],
  'archive-empty': [{ file: 'shop.tar' }, { file: 'shop.tar', looked: true }],
  'nothing-to-save': [{}],
  'file-not-found': [{ path: '/tmp/x.tar' }],
  'file-unreadable': ['EACCES', 'EISDIR', 'EIO', 'ESTALE', 'EWHATEVER'].map((reason) => ({
    path: '/tmp/x.tar',
    reason,
  })),
  'settings-damaged': [{ path: '/home/me/settings.json', kept: '/home/me/settings.json.0f.damaged' }],
  'settings-unsaved': ['EROFS', 'ENOSPC', 'another-kind', 'unread'].map((reason) => ({
    path: '/home/me/.config/Stratigraph/settings.json',
    reason,
  })),
  'file-displaced': [{ path: '/tmp/x.tar', now: '.stratigraph-1.swap' }],
  'file-unwritable': [
    ...['EPERM', 'EROFS', 'ENOENT', 'EMFILE', 'stream'].map((reason) => ({ path: '/tmp/x.tar', reason })),
    { path: '/h/.local/share/stratigraph/holders', reason: 'EACCES', variable: 'XDG_DATA_HOME' },
  ],
  'system-short': (['memory', 'files', 'processes', 'any'] as const).map((of) => ({ of })),
  'disk-full': [
    { path: '/tmp/x.tar' },
    { path: '' },
    { path: 'shop.tar', quota: true },
    { path: '/tmp', temporary: true },
  ],
  'lock-left': ['EIO', 'EROFS'].map((reason) => ({ path: '/store/lock', reason })),
  'old-file-left': ['EPERM', 'EIO'].map((reason) => ({ path: '/tmp/x', now: '.stratigraph-1.swap', reason })),
  'no-room': [
    { path: '/tmp/x.tar', disk: '/', needed: 2 ** 53 - 1, free: 12_000_000_000 },
    { path: 'shop.tar', disk: '/media/usb', needed: 2 ** 30, free: 64_000_000, begun: true },
  ],
  'working-directory-gone': [{}],
  unfinished: [{}],
  'output-lost': [
    { reason: 'ENOSPC' },
    { reason: 'EPIPE' },
    { reason: 'ENOSPC', path: 'full' },
    { reason: 'EPIPE', path: 'pipe' },
    { reason: 'ENOSPC', stands: { kind: 'mount', name: 'mount-0f', at: '/store/mounts/mount-0f' } },
    ...(['workspace', 'workspace-mount', 'image'] as const).map((kind) => ({
      reason: 'ENOSPC',
      stands: { kind, name: 'fix' },
    })),
  ],
  'target-there': [{ path: 'shop.tar', bytes: 1_200_000 }],
  'target-in-store': [{ path: '/store/x.tar' }],
  'store-busy': [{ path: '/store', owner: 'stratigraph 42', seconds: 10 }],
  'store-invalid': [
    { path: '/store', reason: 'other-files' },
    { path: '/store', reason: 'gone' },
  ],
  'list-too-long': (['read', 'written'] as const).flatMap((at) =>
    (['index.json', 'trash.json'] as const).map((file) => ({ path: '/store', file, at })),
  ),
  'store-unsafe': (
    [
      ...(['link', 'not-a-folder', 'not-a-file', 'not-empty', 'unreadable'] as const),
      ...(['read-only', 'rights', 'owner', 'writers', 'more'] as const),
    ] as const
  ).flatMap((fault) => ['ingest', 'blobs/sha256', '.'].map((place) => ({ path: '/store', place, fault }))),
  'blob-damaged': [
    ...(['missing', 'digest', 'bytes', 'short', 'long', 'form', 'index', 'diff-id'] as const).map(
      (reason) => ({
        digest: digestOf('a'),
        reason,
        found: 'found',
      }),
    ),
    ...(['size', 'layers'] as const).map((reason) => ({
      digest: digestOf('a'),
      reason,
      found: '12',
      expected: '34',
    })),
    { digest: digestOf('a'), reason: 'diff-id', found: '' },
    { digest: digestOf('a'), reason: 'missing', found: '', image: 'shop:1', layer: 2, layers: 3 },
    { digest: digestOf('a'), reason: 'bytes', found: '', image: 'shop:1', layer: 2, layers: 3 },
  ],
  'mount-unavailable': (
    [
      ...(['platform', 'asked', 'user-namespaces', 'subordinate-ids', 'command', 'kernel'] as const),
      ...(['fuse-device', 'fuse-run', 'elsewhere'] as const),
    ] as const
  ).flatMap((reason) => [
    { reason, detail: 'x', missing: 'uidmap' },
    { reason, detail: '', missing: '' },
  ]),
  'mount-failed': [
    { target: '/mnt', reason: 'EPERM' },
    { target: '/mnt', reason: 'EINVAL', system: 'FUSE' },
  ],
  'mount-busy': [
    ...['bash (12)', ''].map((process) => ({ target: '/mnt', process })),
    { target: '/mnt', process: 'sh', here: true },
  ],
  'mount-not-found': [{ name: 'shop:1' }],
  'mount-point-invalid': (['not-empty', 'not-a-directory', 'in-store', 'missing', 'foreign'] as const).map(
    (reason) => ({
      path: '/mnt',
      reason,
    }),
  ),
  'too-many-layers': [{ name: 'shop:1', layers: 700, limit: 499 }],
  'commit-too-many-layers': [{ workspace: 'fix', name: 'shop:1', layers: 499, limit: 499 }],
  'workspace-not-found': [{ name: 'fix' }],
  'workspace-remains': [{ name: 'fix', path: '/store/workspaces/.old-1' }],
  'workspace-damaged': [{ name: 'fix' }, { name: 'fix', lost: true }],
  'workspace-exists': [{ name: 'fix' }],
  'workspace-name-invalid': [{ text: '-x' }],
  'workspace-busy': [
    ...['bash (12)', ''].map((process) => ({ name: 'fix', process })),
    { name: 'fix', process: 'sh', here: true },
  ],
  'workspace-foreign': [
    { name: 'fix', made: 'root', now: 'mapped-1000' },
    { name: 'fix', made: 'mapped-0-1', now: 'single-1000' },
    { name: 'fix', made: 'fuse-1000', now: 'mapped-1000-100000' },
  ],
  'image-in-use': [{ name: 'shop:1', workspaces: 'fix' }],
  'change-not-found': [{ path: '/etc/x' }],
  'name-reserved': [{ path: '/etc/.wh.x' }],
  'device-reserved': [{ path: '/dev/gone' }],
  'attribute-unwritable': [{ path: '/f', attribute: 'user.a=b' }],
  'access-list-foreign': [{ path: '/f' }],
  'tree-changed': [{ path: '/var/log/x' }],
  'tree-too-deep': [{ path: '/a/a/a…', levels: 2048, bytes: 16_384 }],
  'config-change-invalid': (
    ['empty', 'instruction', 'arguments', 'json', 'name', 'port', 'duration', 'signal', 'quote'] as const
  ).map((reason) => ({ text: 'FROM x', reason })),
  'runtime-missing': [{ packages: 'crun' }, { packages: 'crun', named: 'foo' }],
  'runtime-failed': [
    { runtime: 'crun', reason: 'no such file' },
    { runtime: 'crun', code: 137 },
  ],
  'run-not-ended': [{ name: 'shop:1', process: 4711 }],
  'bind-refused': [
    ...(['missing', 'denied', 'link', 'kernel', 'device', 'store', 'around', 'hidden', 'changed'] as const),
    ...(['place', 'twice', 'covers', 'no-folder', 'no-file', 'read-only', 'unmade'] as const),
    'failed' as const,
  ].map((reason) => ({
    path: './src',
    reason,
    ...(reason === 'failed' && { detail: 'mount: /a: bad option' }),
  })),
  'run-name-taken': [{ name: 'web' }],
  'run-refused': (
    ['link', 'directory', 'file', 'kernel', 'loop', 'long', 'nul', 'large', 'users'] as const
  ).map((reason) => ({ name: 'shop:1', path: '/dev', reason })),
  'user-unknown': [{ user: 'app', image: 'shop:1' }],
  'nothing-to-run': [{ name: 'shop:1' }],
  'run-limit-low': [{ limit: 1 }, { limit: 5 }],
  'terminal-refused': (['shell', 'network'] as const).flatMap((what) =>
    (['declined', 'unasked', 'busy'] as const).map((reason) => ({ name: 'fix', what, reason })),
  ),
  'terminal-input-refused': [{}],
  'terminal-paste-refused': (['declined', 'long', 'busy'] as const).map((reason) => ({ reason })),
  'action-unasked': [{ what: 'open' }, { what: 'copy' }],
  'too-many-terminals': [{ limit: 32 }],
  'too-much-at-once': (['request', 'operation', 'message'] as const).map((what) => ({ what, limit: 200 })),
  'dialog-open': [{}],
  'app-closing': [{}],
  'nothing-to-remove': [{ name: 'shop:1.0', paths: '/root/key' }],
  'removal-invalid': [{ paths: '/' }],
  'removal-unproved': [{ name: 'shop:1.0', path: 'b' }],
  'key-unusable': (['not-pem', 'encrypted', 'passphrase', 'public', 'private', 'kind', 'short'] as const).map(
    (reason) => ({ path: 'key.pem', reason }),
  ),
  'layer-encrypted': [{ layer: '0123456789ab' }],
  'layer-undecipherable': (['key', 'form', 'changed'] as const).map((reason) => ({ layer: 'ab', reason })),
  'nothing-to-encrypt': [{ name: 'shop:1' }],
  'nothing-to-decrypt': [{ name: 'shop:1' }],
  'signature-missing': [{ name: 'shop:1' }],
  'signature-refused': (['key', 'digest'] as const).flatMap((reason) =>
    [1, 2].map((count) => ({ name: 'shop:1', key: digestOf('k'), count, reason })),
  ),
  'nothing-to-squash': [{ name: 'shop:1' }],
  'engine-not-running': (['docker', 'podman'] as const).flatMap((kind) =>
    ['ENOENT', 'EWHATEVER'].map((reason) => ({ engine: 'Docker', kind, address: 'unix:///x', reason })),
  ),
  'engine-denied': (['docker', 'podman'] as const).map((kind) => ({
    engine: 'Docker',
    kind,
    address: 'unix:///x',
  })),
  'engine-unreachable': [{ engine: 'Docker far', address: 'tcp://far:2375', reason: 'ENOTFOUND' }],
  'engine-unsupported': [
    { engine: 'Docker far', address: 'ssh://far' },
    { engine: 'Docker', address: 'ssh://far', reason: 'form' },
    { engine: 'Docker', address: 'unix://run/x.sock', reason: 'relative' },
    { engine: 'Docker', address: 'foo', reason: 'word' },
    { engine: 'Docker', address: 'unix:///run/x.tar', reason: 'no-socket' },
    { engine: 'Docker', address: 'unix:///run/x.sock', reason: 'missing' },
  ],
  'engine-too-old': [{ engine: 'Docker', version: '1.9.1', api: '1.21', needed: '1.24' }],
  'engine-untrusted': [{ engine: 'Docker', address: 'tcp://far:2376', reason: 'CERT_HAS_EXPIRED' }],
  'engine-lost': [{ engine: 'Docker' }],
  'engine-goes-on': [{ engine: 'Docker' }],
  'engine-silent': [{ engine: 'Docker', seconds: 30 }],
  'engine-answer-invalid': reasonsOf<AnswerReason>(answerReasons).map((said) => ({
    engine: 'Docker',
    what: '/version',
    ...said,
  })),
  'engine-refused': ['no space left on device', ''].map((message) => ({
    engine: 'Docker',
    status: 500,
    message,
  })),
  'engine-image-used': [
    [true, false],
    [false, true],
    [false, false],
  ].map(([active = false, force = false]) => ({
    engine: 'Docker',
    name: 'shop:1',
    containers: 'web-1',
    active,
    force,
  })),
  'engine-image-has-children': [{ engine: 'Docker', name: 'shop:1' }],
  'engine-last-name': [{ engine: 'Docker', name: 'shop:1' }],
  'engine-copy-differs': [digestOf('b'), ''].map((found) => ({
    engine: 'Podman',
    name: 'shop:1',
    expected: digestOf('a'),
    found,
  })),
  'source-not-found': [{ name: 'moby', known: 'store, docker' }],
  'source-is-store': [{ name: 'store' }],
  'source-listed': [{ name: 'unix:///run/docker.sock', listed: 'docker' }],
  'sources-full': [{ limit: 100 }],
  'sources-invalid': [{ path: '/home/me/.config/stratigraph/sources.json' }],
  'source-found': [{ name: 'docker' }],
  'place-changed': [{ path: 'app.tar' }],
  'place-gone': [{ name: 'app.tar', path: '/srv/app.tar' }],
  'place-closed': [{}],
  'place-cannot': [
    { place: 'app.tar', need: 'write' },
    { place: 'app.tar', need: 'target' },
    { place: 'app.tar', need: 'mount' },
    { place: 'Docker', need: 'inside' },
    { place: 'app.tar', need: 'make' },
    { place: 'Docker', need: 'form' },
    { place: 'Docker', need: 'lastName' },
  ],
  cancelled: [{}],
  'request-invalid': keysOf(requestFaults).map((reason) => ({ what: 'image.tag', reason, place: 'names.0' })),
  internal: [{ message: 'the index is closed' }],
};
const problems: readonly (readonly [string, Problem])[] = Object.entries(plausible).flatMap(([code, list]) =>
  list.map((facts, i) => [`${code} ${i + 1}`, { code, facts } as Problem] as const),
);
const languages: readonly Language[] = ['en', 'zh-CN'];
const han = /\p{Script=Han}/u;

describe.each(languages)('every problem in %s', (language) => {
  test.each(problems)('%s has a title, an explanation and whole sentences', (_, problem) => {
    const { title, explanation, advice, facts } = describeProblem(problem, language);
    expect(title).not.toBe('');
    expect(title).toBe(title.trim());
    expect(title).not.toMatch(/[.。]$/);
    const end = language === 'en' ? /^[^ ].*\.$/ : /。$/;
    expect(explanation).toMatch(end);
    if (advice !== '') expect(advice).toMatch(end);
    for (const { label, value } of facts) expect(label === '' || value === '').toBe(false);
    const all = [title, explanation, advice, ...facts.map(({ value }) => value)].join('\n');
    expect(all).not.toMatch(/undefined|NaN|\[object|null| {2}|\.\.|。。/);
  });
});

/** Raised by words of the command line alone: no button of the window asks for them. */
const ofTheCommandLine: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'layer-not-image',
  'transport-word',
  'run-limit-low',
  'key-unusable',
]);

test.each(problems)('the window speaks of no option for %s but as words for a terminal', (_, problem) => {
  if (ofTheCommandLine.has(problem.code)) return;
  for (const language of languages) {
    const { title, explanation, advice } = describeProblem(problem, language);
    const said = [title, explanation, advice].join(' ');
    const terminal =
      /(?:stratigraph|sudo|systemctl|(?:in a terminal|终端中用|在终端中)[:：]?|container in which this runs|所在的容器).*--[a-z]/;
    if (/(?<![\w-])--[a-z]/.test(said)) expect(said).toMatch(terminal);
  }
});

describe('the languages', () => {
  test.each(problems)('of %s are not mixed', (_, problem) => {
    const en = describeProblem(problem, 'en');
    const zh = describeProblem(problem, 'zh-CN');
    expect([en.title, en.explanation, en.advice].join()).not.toMatch(han);
    expect(zh.title).toMatch(han);
    expect(zh.advice === '').toBe(en.advice === '');
    expect(zh.facts.map(({ tone }) => tone)).toEqual(en.facts.map(({ tone }) => tone));
    if (zh.advice !== '') expect(zh.advice).toMatch(han);
    for (const text of [zh.title, zh.explanation, zh.advice, problemSentence(problem, 'zh-CN')])
      expect(text).not.toMatch(/\p{Script=Han}[,;:!?.](?!\w)/u);
  });

  test('a refused request has no English in its Chinese but the names of the contract', () => {
    for (const facts of plausible['request-invalid']) {
      const { title, explanation } = describeProblem({ code: 'request-invalid', facts }, 'zh-CN');
      const words = `${title}${explanation}`.replaceAll(facts.what, '').replaceAll(facts.place, '');
      expect(words.replace(/docker-archive|zstd/g, '')).not.toMatch(/[A-Za-z]{2}/);
    }
  });

  test.each(['document-invalid', 'layer-invalid', 'archive-damaged'] as const)(
    'the reasons of %s are all told, and have no English in their Chinese but words of the field',
    (code) => {
      const seen = new Set<string>();
      for (const facts of plausible[code]) {
        const { explanation } = describeProblem({ code, facts } as Problem, 'zh-CN');
        const english = describeProblem({ code, facts } as Problem, 'en').explanation;
        for (const word of facts.named ?? [])
          expect([explanation, english].every((text) => text.includes(word))).toBe(true);
        expect(`${english}${explanation}`).not.toMatch(/\{\d\}|cannot be read\.$/);
        seen.add(explanation);
        const words = explanation
          .replaceAll(facts.entry || '\n', '')
          .replaceAll('a/b', '')
          .replaceAll('etc/m', '');
        const field =
          /manifest\.json|index\.json|JSON|schemaVersion|manifest|sha256|digest|diff ID|imageLayoutVersion|ID|security\.capability|NUL|pax|tar|Linux/g;
        expect(words.replace(field, '')).not.toMatch(/[A-Za-z]{2}/);
      }
      const reasons = new Set(plausible[code].map(({ reason }) => reason));
      expect(seen.size).toBeGreaterThanOrEqual(reasons.size);
    },
  );

  test('a reason that is none of ours says that much, whatever it holds', () => {
    for (const reason of ['is not JSON', '__proto__', 'constructor', '']) {
      const facts = { ...inFile, reason: reason as LayerReason };
      expect(describeProblem({ code: 'layer-invalid', facts }, 'zh-CN').explanation).toBe(
        '无法读取该层：无法读取。',
      );
    }
  });

  test('a damaged blob has no English in its Chinese but words of the field, and says of each reason what it is', () => {
    const seen = new Set<string>();
    for (const facts of plausible['blob-damaged']) {
      const { title, explanation } = describeProblem({ code: 'blob-damaged', facts }, 'zh-CN');
      seen.add(`${title}${explanation}`);
      const words = `${title}${explanation}`
        .replaceAll(facts.digest.slice(0, 19), '')
        .replaceAll(facts.image ?? '\n', '');
      expect(words.replace(/blob|digest|diff ID|tar|found/g, '')).not.toMatch(/[A-Za-z]{2}/);
    }
    expect(seen.size).toBe(plausible['blob-damaged'].length);
  });

  test('a reason of the system that we do not know is given as its code', () => {
    const problem: Problem = { code: 'file-unreadable', facts: { path: 'x', reason: 'EWHATEVER' } };
    expect(describeProblem(problem, 'en').explanation).toBe('The system says: EWHATEVER.');
  });
});

describe('facts to compare', () => {
  test('a digest that does not match is shown whole, the found one marked', () => {
    const { facts } = describeProblem({ code: 'digest-mismatch', facts: { ...inFile, ...digests } }, 'en');
    expect(facts).toEqual([
      { label: 'Member', value: inFile.entry, tone: 'plain' },
      { label: 'Expected', value: digests.expected, tone: 'plain' },
      { label: 'Found', value: digests.found, tone: 'found' },
    ]);
  });

  test('a truncated archive says how much was read, and of how much where that is known', () => {
    const read = (expected?: number): string | undefined =>
      describeProblem(
        {
          code: 'archive-truncated',
          facts: { file: 'x', read: 1_500_000, ...(expected === undefined ? {} : { expected }) },
        },
        'en',
      ).facts[0]?.value;
    expect(read()).toBe('1.50 MB, then the file ended');
    expect(read(3_000_000)).toBe('1.50 MB of 3.00 MB, then the file ended');
  });

  test('a member without a name is not listed', () => {
    expect(
      describeProblem({ code: 'archive-damaged', facts: { file: 'x', entry: '', reason: 'tar-form' } }, 'en')
        .facts,
    ).toEqual([]);
  });
});

describe('problemSentence', () => {
  test.each<[Problem, string, string]>([
    [
      { code: 'image-not-found', facts: { name: 'shop/web:9' } },
      'No image is called shop/web:9: it may have been renamed or deleted.',
      '没有名为 shop/web:9 的镜像：它可能已被重命名或删除。',
    ],
    [
      { code: 'file-unwritable', facts: { path: '/x', reason: 'EROFS' } },
      '/x cannot be written: the system says: the disk is read-only. Nothing was changed. Choose another place.',
      '无法写入 /x：系统提示：磁盘为只读。未作任何更改。请选择其他位置。',
    ],
    [
      { code: 'digest-mismatch', facts: { ...inFile, ...digests, ...inLayer } },
      'shop.tar is damaged in layer 2 of 3: the bytes of the layer do not match the digest that the archive gives for it. Your store is unchanged. Copy or save the file again and load that.',
      'shop.tar 的第 2 层（共 3 层）已损坏：该层的字节与归档给出的 digest 不符。仓库未受影响。请重新复制或导出该文件后再载入。',
    ],
    [
      { code: 'document-invalid', facts: { file: 'x.tar', entry: 'index.json', reason: 'json' } },
      'x.tar cannot be read as an image: index.json is not JSON. Your store is unchanged.',
      '无法将 x.tar 读作镜像：index.json：不是 JSON。仓库未受影响。',
    ],
  ])('%j', (problem, en, zh) => {
    expect([problemSentence(problem, 'en'), problemSentence(problem, 'zh-CN')]).toEqual([en, zh]);
  });

  test.each(problems)('of %s has no capital behind its colon but that of a name', (_, problem) => {
    const { title } = describeProblem(problem, 'en');
    const [word = ''] = problemSentence(problem, 'en')
      .slice(title.length + 2)
      .split(' ');
    if (/^[A-Z][a-z]*$/.test(word)) expect(['Stratigraph', 'Docker', 'Podman', 'Linux']).toContain(word);
  });

  test.each(problems)('of %s is one line', (_, problem) => {
    for (const language of languages) expect(problemSentence(problem, language)).not.toMatch(/[\r\n]/);
  });
});

describe('hostile facts', () => {
  const hostile = 'a\u001b[2J\n\u202eb\u0000';
  /** The facts with every free text replaced; what is one of a closed list or a code of the system stays. */
  const poisoned = ({ code, facts }: Problem): Problem => {
    const closed = ['seen', 'what', 'reason'];
    const ours = [
      ...[
        'not-an-image',
        'not-a-rootfs',
        'blob-missing',
        'reference-invalid',
        'file-unreadable',
        'file-unwritable',
        'settings-unsaved',
      ],
      ...['mount-unavailable', 'mount-point-invalid', 'config-change-invalid', 'run-refused', 'bind-refused'],
      'request-invalid',
      'engine-unsupported',
      'shown-changed',
    ];
    const free = Object.entries(facts).map(([key, value]): [string, unknown] => {
      const keep = closed.includes(key) && ours.includes(code);
      return [key, typeof value === 'string' && !keep ? hostile : value];
    });
    return { code, facts: Object.fromEntries(free) } as Problem;
  };

  test.each(problems)('of %s reach no terminal and no page as they are', (_, problem) => {
    for (const language of languages) {
      const { title, explanation, advice, facts } = describeProblem(poisoned(problem), language);
      const all = [title, explanation, advice, ...facts.map(({ value }) => value)].join('');
      expect(all).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }
  });
});

test('whose rights a workspace has is said in words', () => {
  const facts = { name: 'fix', made: 'mapped-0-1', now: 'single-1000' };
  for (const language of ['en', 'zh-CN'] as const)
    expect(problemSentence({ code: 'workspace-foreign', facts }, language)).not.toMatch(/mapped|single/);
  expect(problemSentence({ code: 'workspace-foreign', facts }, 'en')).toContain(
    'made by user 0 with the further IDs from 1 on, and this is user 1000 with one ID',
  );
});
