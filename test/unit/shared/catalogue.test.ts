import { readdirSync } from 'node:fs';
import { tokenForms } from '../../../shared/layer/tokenForms';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandNames } from '../../../electron/cli/commands';
import { languageOf, translator } from '../../../shared/text/catalogue';
import { messages } from '../../../shared/text/messages/all';

type Text = string | ((facts: unknown) => string);
const entries = Object.entries(messages() as Record<string, readonly Text[]>);
const plain = entries.filter((entry): entry is [string, string[]] =>
  entry[1].every((text) => typeof text === 'string'),
);
const filled = entries.filter((entry): entry is [string, ((facts: unknown) => string)[]] =>
  entry[1].every((text) => typeof text === 'function'),
);

/** Facts that are words; all others are numbers. */
const words = new Set(
  ['name', 'from', 'to', 'text', 'subject', 'file', 'size', 'exact', 'freed', 'done', 'total', 'path'].concat(
    [
      'reason',
      'format',
      'registry',
      'repository',
      'tag',
      'id',
      'base',
      'command',
      'kind',
      'version',
      'title',
    ],
  ),
);

/** Facts of any message, as many of each as `count` says. Notes which ones a text asks for. */
function factsOf(count: number, asked = new Set<string>()): object {
  const value = (key: string): unknown => {
    if (key === 'dangling') return count === 1;
    return words.has(key) ? `«${key}»` : count;
  };
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (typeof key !== 'string') return undefined;
        asked.add(key);
        return value(key);
      },
    },
  );
}

/** Names that both languages write alike: products, commands, file names, keys, terms of the field. */
const terms = new RegExp(
  [
    // Services have their names.
    ...tokenForms.map(({ service }) => `\\b${service.replace(/[.()]/g, '\\$&')}\\b`),
    '\\buntil\\b',
    'htpasswd|Twitter|MySQL|WireGuard|Rails|Django|Discord|Okta|HTTP|XML',
    // Words that people type.
    ...[
      'workspace (?:rename|create|ls|rm)',
      'stratigraph (?:fsck|rmi|gc)',
      'key=value',
      '(?:unix|tcp|npipe)://',
      'oci-dir',
      'dockviz',
      'cgroup',
      'seccomp',
      'CAP_MKNOD',
      'bash',
      'zsh',
      'fish',
      'none',
      'host',
    ],
    ...commandNames.map((name) => `(?<![\\w-])${name}(?![\\w-])`),
    ...['true', 'false', 'dangling', 'label', 'reference', 'before', 'since'],
    ...['PuTTY'],
    // dive and the words of its file of rules.
    ...['\\bdive\\b', '\\bdisabled\\b', 'rules:', 'lowestEfficiency: 0\\.95'],
    ...['docker save', 'podman save', 'skopeo copy', 'docker load', 'Docker', 'Podman', 'Stratigraph', 'OCI'],
    ...[
      'material2?',
      'merge',
      'build',
      'next',
      'concrete',
      'rebar',
      'marble',
      'frame',
      'whiteouts?',
      'overlayfs',
    ],
    ...['Shell', 'sh', 'sudo apt-get install', 'entrypoint', 'crun', 'Ctrl\\+Shift\\+Esc', 'Enter'],
    ...['--[a-z][a-z-]*'],
    ...[
      'PuTTY',
      'AWS',
      'Google',
      'Azure',
      'GitLab',
      'Slack',
      'Stripe',
      'npm',
      'PyPI',
      'OpenAI',
      'Kubernetes',
    ],
    ...['\\.netrc', '\\.pgpass', 'URL', 'MiB'],
    ...['Graphviz', 'DOT', 'PNG', 'SVG', 'CSV'],
    ...['manifest\\.json', 'index\\.json', 'JSON', 'tar', 'chain ID', 'diff ID', 'ID', 'digest', 'sha256'],
    ...[
      'blob',
      'config',
      'manifest',
      'layer',
      'gzip',
      'zstd',
      'English',
      '简体中文',
      'UTC',
      'GB',
      'MB',
      'kB',
    ],
    ...['Ctrl', 'Alt', 'Shift', 'Del', 'Enter', 'Esc', 'Tab', 'Home', 'End', 'PgUp', 'PgDn', 'F\\d+'],
    ...[
      'Dockerfile',
      'BuildKit',
      'Linux',
      'Electron',
      'Node',
      'GitHub',
      'Apache',
      'PATH',
      'UID',
      'GID',
      'API',
    ],
    ...['CMD', 'ENTRYPOINT', 'ENV', 'USER', 'WORKDIR', 'LABEL', 'Esc', 'HEALTHCHECK', 'STOPSIGNAL', 'VOLUME'],
  ].join('|'),
  'g',
);
const han = /\p{Script=Han}/u;
const english = (text: string): string[] =>
  text.replace(terms, '').match(/[A-Za-z]{2,}(?:[ ,.'-]+[A-Za-z]+)*/g) ?? [];

describe('every message', () => {
  test('is of one kind in both languages, English first', () => {
    expect(entries.length).toBeGreaterThan(100);
    expect(entries.filter(([, message]) => message.length !== 2).map(([key]) => key)).toEqual([]);
    expect(plain.length + filled.length).toBe(entries.length);
  });

  test('has text that is not empty and has no space around it', () => {
    const faulty = plain.filter(([, texts]) => texts.some((text) => text === '' || text !== text.trim()));
    expect(faulty.map(([key]) => key)).toEqual([]);
  });

  test.each([0, 1, 2, 1000])('with facts of %i says something in both languages', (count) => {
    const faulty = filled.filter(([, texts]) =>
      texts.some((text) => {
        const said = text(factsOf(count));
        return said.trim() === '' || /undefined|NaN|null|\[object|function|=>/.test(said);
      }),
    );
    expect(faulty.map(([key]) => key)).toEqual([]);
  });

  test('whose English text has its facts has them in Chinese, too', () => {
    const faulty = filled.filter(([, [en, zh]]) => {
      const [a, b] = [new Set<string>(), new Set<string>()];
      for (const count of [0, 1, 2]) {
        en?.(factsOf(count, a));
        zh?.(factsOf(count, b));
      }
      return [...a].sort().join() !== [...b].sort().join();
    });
    expect(faulty.map(([key]) => key)).toEqual([]);
  });

  test('has verbs in English that take the number of one thing', () => {
    // "1 and 1 more are" are two; what stands behind "when" is another sentence.
    const wrong =
      /(?:^|[\s(])(?<!and )1 (?:(?!when)[a-z]+ ){1,6}(?:were|are|have|belong|share|lie|stay|come|need|hold)\b/;
    const faulty = filled.filter(([, [en]]) => wrong.test(en?.(factsOf(1)) ?? ''));
    expect(faulty.map(([key, [en]]) => `${key}: ${en?.(factsOf(1))}`).join()).toBe('');
  });

  test.each([
    [0, 0, '0 of 0 layers were new'],
    [0, 1, '0 of 1 layer was new'],
    [1, 1, '1 of 1 layer was new'],
    [0, 3, '0 of 3 layers were new'],
    [1, 3, '1 of 3 layers was new'],
    [2, 3, '2 of 3 layers were new'],
  ])('of what came in says that %i of %i is new', (fresh, layers, said) => {
    const own: Readonly<Record<string, unknown>> = { newLayers: fresh, fresh, layers };
    const facts = new Proxy(factsOf(1), {
      get: (others, key) =>
        (own as Record<string | symbol, unknown>)[key] ?? (Reflect.get(others, key) as unknown),
    });
    const told = filled.flatMap(([key, [en]]) => {
      const text = en?.(facts) ?? '';
      return new RegExp(`\\d of ${layers} layers? \\w+ new`).test(text) ? [[key, text] as const] : [];
    });
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter(([, text]) => !text.includes(said))).toEqual([]);
  });

  test('names the right number of things in English', () => {
    const faulty = filled.filter(([, [en]]) => /(?:^|\s)1 [a-z]+s\b(?! )/.test(en?.(factsOf(1)) ?? ''));
    expect(faulty.map(([key]) => key)).toEqual([]);
  });

  test('has a key of words with dots between them', () => {
    expect(
      entries.map(([key]) => key).filter((key) => !/^[a-z][A-Za-z]*(?:\.[A-Za-z-]+)*$/.test(key)),
    ).toEqual([]);
  });
});

describe('Chinese', () => {
  test('has no English words left but terms', () => {
    expect(plain.filter(([, [, zh]]) => english(zh ?? '').length > 0).map(([key]) => key)).toEqual([]);
  });

  test('has Chinese characters wherever there is more than terms', () => {
    const faulty = plain.filter(
      ([, [en, zh]]) => !han.test(zh ?? '') && english(en ?? '').length > 0 && english(zh ?? '').length > 0,
    );
    expect(faulty.map(([key]) => key)).toEqual([]);
  });

  test('differs from English unless it is all terms', () => {
    const same = plain.filter(([, [en, zh]]) => en === zh && english(en ?? '').length > 0);
    expect(same.map(([key]) => key)).toEqual([]);
  });

  test('has its own punctuation behind its characters', () => {
    const halfWidth = /\p{Script=Han}\s*[,;:!?.](?!\w)/u;
    const all = [...plain.map(([key, [, zh]]) => [key, zh ?? ''])].concat(
      filled.map(([key, [, zh]]) => [key, zh?.(factsOf(2)) ?? '']),
    );
    expect(all.filter(([, zh]) => halfWidth.test(zh ?? '')).map(([key]) => key)).toEqual([]);
  });

  test('messages with facts have Chinese characters or no words at all', () => {
    const faulty = filled.filter(([, [en, zh]]) => {
      const bare = (text: string): string => text.replace(/«[a-z]+»/gi, '');
      const [a, b] = [bare(en?.(factsOf(2)) ?? ''), bare(zh?.(factsOf(2)) ?? '')];
      return english(b).length > 0 || (english(a).length > 0 && !han.test(b) && /\p{L}/u.test(b));
    });
    expect(faulty.map(([key]) => key)).toEqual([]);
  });
});

test('English has no Chinese characters and no full-width punctuation, but the name of the language', () => {
  const faulty = entries.filter(([, [en]]) => {
    const text = typeof en === 'string' ? en : (en?.(factsOf(2)) ?? '');
    return /[\p{Script=Han}，。：；！？（）]/u.test(text.replace('简体中文', ''));
  });
  expect(faulty.map(([key]) => key)).toEqual([]);
});

test('the catalogue holds every message of every area, none of them twice', async () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'text', 'messages');
  const areas = readdirSync(folder).filter((file) => file !== 'all.ts');
  const keys: string[] = [];
  for (const file of areas) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, object>;
    keys.push(...Object.keys(module[basename(file, '.ts')] ?? {}));
  }
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  expect(keys.sort()).toEqual(entries.map(([key]) => key).sort());
});

describe('translator', () => {
  test('gives plain texts in its language', () => {
    expect(translator('en')('app.load')).toBe('Load');
    expect(translator('zh-CN')('app.load')).toBe('载入');
  });

  test('gives texts with their facts in its language', () => {
    expect(translator('en')('app.count', { images: 1, layers: 2 })).toBe('1 image, 2 layers');
    expect(translator('zh-CN')('app.count', { images: 1, layers: 2 })).toBe('1 个镜像，2 层');
  });
});

describe('languageOf', () => {
  test.each(['zh', 'zh-CN', 'zh-Hans-CN', 'zh-TW', 'ZH-cn'])('%s gives Chinese', (locale) => {
    expect(languageOf(locale)).toBe('zh-CN');
  });

  test.each(['en', 'en-GB', 'de', 'C', 'POSIX', '', 'zha', 'nl-zh'])('%j gives English', (locale) => {
    expect(languageOf(locale)).toBe('en');
  });
});
