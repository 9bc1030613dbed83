import { parseFilter, tokenTest } from '../../shared/graph/filterQuery';
import { applyConfigChanges, parseConfigChange } from '../../shared/image/configChange';
import { parseDigest } from '../../shared/image/digest';
import { parseReference } from '../../shared/image/reference';
import { decodeName, encodeName, normalisePath } from '../../shared/layer/entryPath';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { holds, orProblem, type FuzzedParser } from './fuzzed';

/** Parsers of names, paths and what people type. */
export const textParsers: readonly FuzzedParser[] = [
  {
    name: 'reference',
    words: [
      ':',
      '@',
      '/',
      'sha256:',
      'localhost:5000/',
      'docker.io/',
      'library/',
      '[::1]',
      '__',
      '..',
      'A',
      `@sha256:${'0'.repeat(64)}`,
    ],
    check: (input) => {
      const found = orProblem(() => parseReference(decodeName(input)));
      if (!found) return;
      for (const text of [found.familiar, found.full]) {
        const again = orProblem(() => parseReference(text));
        holds(
          again !== null && JSON.stringify(again) === JSON.stringify(found),
          `${text} reads as another name`,
        );
      }
    },
  },
  {
    name: 'digest',
    words: ['sha256:', 'sha512:', 'SHA256:', ':', '0'.repeat(64), ' ', '\n'],
    check: (input) => {
      const text = input.toString('latin1');
      const digest = orProblem(() => parseDigest(text));
      const [algorithm, hex, more] = text.split(':');
      const right = algorithm === 'sha256' && more === undefined && hex?.length === 64;
      holds(
        (digest !== null) === (right && [...hex].every((c) => '0123456789abcdef'.includes(c))),
        'a digest of another form',
      );
      if (digest !== null) holds(digest === text && digest.length === 71, 'a digest was changed');
    },
  },
  {
    name: 'path',
    words: ['../', './', '//', '.wh.', '.wh..wh..opq', '.wh..', '\u00e9', '\xff', '\0'],
    check: (input) => {
      const name = decodeName(input);
      holds(Buffer.from(encodeName(name)).equals(input), 'a name lost bytes');
      const path = normalisePath(name);
      if (path === null) return;
      holds(normalisePath(path) === path, 'normalised twice it is another path');
      holds(!path.split('/').includes('..') && !path.startsWith('/'), 'a path leads out');
      const mark = whiteoutMark(path);
      if (mark && !isInvalidWhiteout(path)) {
        holds(!mark.path.split('/').includes('..'), 'a whiteout leads out');
        holds(mark.kind === 'opaque' || mark.path !== '', 'a whiteout of nothing');
      }
    },
  },
  {
    name: 'change',
    words: [
      'CMD ',
      'ENTRYPOINT ',
      'ENV ',
      'LABEL ',
      'EXPOSE ',
      'HEALTHCHECK ',
      'VOLUME ',
      '["',
      '"]',
      '\\',
      '$',
      '${',
      "'",
      '--interval=',
      'NONE',
      '=',
      '/udp',
    ],
    check: (input) => {
      const change = orProblem(() => parseConfigChange(input.toString('utf8')));
      if (!change) return;
      const document = orProblem(() => applyConfigChanges({ config: { Env: ['A=b'] } }, [change]));
      if (document) JSON.stringify(document);
    },
  },
  {
    name: 'filter',
    words: [
      'repo:',
      'label:',
      'size:>',
      'age:<',
      'dangling:',
      '-',
      '"',
      '*',
      '?',
      '[',
      '\\',
      '100MB',
      '30d',
      '9e999',
    ],
    check: (input) => {
      const query = parseFilter(input.toString('utf8').slice(0, 2000));
      const image = {
        names: ['shop/api:1.0'],
        size: 5,
        created: '2026-01-01T00:00:00Z',
        labels: { team: 'web' },
      };
      tokenTest(query.tokens, 0)(image as unknown as Parameters<ReturnType<typeof tokenTest>>[0]);
    },
  },
];
