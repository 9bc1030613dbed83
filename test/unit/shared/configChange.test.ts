import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyConfigChanges,
  configWords,
  describeConfigChange,
  parseConfigChange,
  parseConfigChanges,
} from '../../../shared/image/configChange';
import { ProblemError, type ConfigChangeFault } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';

/** Dockerfile words, on their own; `test/interop/configWords.test.ts` holds them against Docker and Podman. */

type Config = Readonly<Record<string, unknown>>;

/** The config after these changes. */
function changed(changes: readonly string[], config: Config = {}): Config {
  const document = applyConfigChanges(
    { architecture: 'amd64', config },
    changes.flatMap((text) => parseConfigChanges(text)),
  );
  return document['config'] as Config;
}

/** Why a change is refused, or null when it is not. */
function refusal(text: string, config: Config = {}): { reason: ConfigChangeFault; sentence: string } | null {
  try {
    changed([text], config);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'config-change-invalid') throw thrown;
    return { reason: thrown.problem.facts.reason, sentence: problemSentence(thrown.problem, 'en') };
  }
}

test('what the base has for the build that comes goes, whatever is changed, and however it is spelled', () => {
  for (const key of ['OnBuild', 'onbuild'])
    for (const [changes, more] of [
      [[], {}],
      [['ENV A=b'], { Env: ['A=b'] }],
      [['ONBUILD RUN y', 'ONBUILD RUN z'], { OnBuild: ['RUN y', 'RUN z'] }],
    ] as const)
      expect(changed(changes, { User: 'u', [key]: ['RUN x'] })).toEqual({ User: 'u', ...more });
});

describe('CMD and ENTRYPOINT', () => {
  test.each([
    ['CMD ["/bin/echo", "a b"]', { Cmd: ['/bin/echo', 'a b'] }],
    ['CMD echo "$HOME" && true', { Cmd: ['/bin/sh', '-c', 'echo "$HOME" && true'] }],
    ['CMD [not json]', { Cmd: ['/bin/sh', '-c', '[not json]'] }],
    ['CMD []', { Cmd: [] }],
    ['  cmd   ["x"]  ', { Cmd: ['x'] }],
    ['ENTRYPOINT ["/init"]', { Entrypoint: ['/init'] }],
    ['ENTRYPOINT exec top', { Entrypoint: ['/bin/sh', '-c', 'exec top'] }],
    ['CMD ["tab\\tand \\u00e9"]', { Cmd: ['tab\tand é'] }],
  ])('%s', (text, config) => expect(changed([text])).toEqual(config));

  test("another entrypoint takes the image's command away, but not one that was given before it", () => {
    const before = { Entrypoint: ['/a'], Cmd: ['b'], User: 'u' };
    expect(changed(['ENTRYPOINT ["/x"]'], before)).toEqual({ Entrypoint: ['/x'], User: 'u' });
    expect(changed(['CMD ["y"]', 'ENTRYPOINT ["/x"]'], before)).toEqual({
      Entrypoint: ['/x'],
      Cmd: ['y'],
      User: 'u',
    });
    expect(changed(['ENTRYPOINT []'], before)).toEqual({ Entrypoint: [], User: 'u' });
  });
});

describe('ENV and LABEL', () => {
  const env = ['PATH=/bin', 'HOME=/srv', 'EMPTY='];
  const added = (text: string): readonly unknown[] =>
    (changed([text], { Env: env })['Env'] as readonly unknown[]).slice(env.length);
  test.each([
    ['ENV A=1 B=2', ['A=1', 'B=2']],
    ['ENV A one long value ', ['A=one long value']],
    ['ENV A="b c" D=e\\ f', ['A=b c', 'D=e f']],
    ['ENV A=\'$HOME\' B="$HOME" C=$HOME D=\\$HOME', ['A=$HOME', 'B=/srv', 'C=/srv', 'D=$HOME']],
    ['ENV A=${HOME}s B=${NO:-x y} C=${HOME:+z}', null],
    ['ENV A="${NO:-x y}" B=${HOME:+z} C=${EMPTY:-e} D=$NO.', ['A=x y', 'B=z', 'C=e', 'D=.']],
    ['ENV A="a\\"b\\\\c\\d"', ['A=a"b\\c\\d']],
    ['ENV A= B=""', ['A=', 'B=']],
    ['ENV A=x=y', ['A=x=y']],
    ['ENV 目录=é', ['目录=é']],
  ])('%s', (text, expected) => {
    if (expected === null) expect(refusal(text, { Env: env })?.reason).toBe('arguments');
    else expect(added(text)).toEqual(expected);
  });

  test('a variable that is there keeps its place; all of one instruction see the environment before it', () => {
    expect(changed(['ENV HOME=/new B=$HOME'], { Env: env })['Env']).toEqual([
      'PATH=/bin',
      'HOME=/new',
      'EMPTY=',
      'B=/srv',
    ]);
    expect(changed(['ENV HOME=/new', 'ENV B=$HOME'], { Env: env })['Env']).toContain('B=/new');
  });

  test('labels are added to those that are there', () => {
    expect(changed(['LABEL a=2 "b c"=\'d e\''], { Labels: { a: '1', kept: 'x' } })['Labels']).toEqual({
      a: '2',
      kept: 'x',
      'b c': 'd e',
    });
    expect(changed(['LABEL __proto__=x constructor=y'])['Labels']).toEqual(
      JSON.parse('{"__proto__":"x","constructor":"y"}'),
    );
  });

  test('any value comes through quotes as it is', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const quoted = text.replace(/["\\$]/g, '\\$&');
        expect(changed([`ENV A="${quoted}" B=end`])['Env']).toEqual([`A=${text}`, 'B=end']);
        expect(changed([`LABEL a="${quoted}"`])['Labels']).toEqual({ a: text });
      }),
    );
  });
});

describe('EXPOSE and VOLUME', () => {
  test.each([
    ['EXPOSE 80', ['80/tcp']],
    ['EXPOSE 53/udp 53/TCP 9/sctp', ['53/udp', '53/tcp', '9/sctp']],
    ['EXPOSE 8000-8002/udp', ['8000/udp', '8001/udp', '8002/udp']],
    ['EXPOSE $PORT', ['7000/tcp']],
    ['EXPOSE ${RANGE}/udp', ['1/udp', '2/udp']],
  ])('%s', (text, ports) => {
    const { ExposedPorts } = changed([text], { Env: ['PORT=7000', 'RANGE=1-2'] });
    expect(Object.keys(ExposedPorts as object)).toEqual(ports);
  });

  test('ports and volumes join those that are there', () => {
    const before = { ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} }, Env: ['D=/d'] };
    expect(changed(['EXPOSE 443', 'VOLUME /cache $D/x', 'VOLUME ["/with blank"]'], before)).toMatchObject({
      ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
      Volumes: { '/data': {}, '/cache': {}, '/d/x': {}, '/with blank': {} },
    });
  });
});

describe('USER, WORKDIR and STOPSIGNAL', () => {
  test.each([
    ['/', 'WORKDIR app', '/app'],
    ['/srv/app', 'WORKDIR ../lib', '/srv/lib'],
    ['/srv', 'WORKDIR ../../..', '/'],
    ['/srv', 'WORKDIR /a//b/./c/../d/', '/a/b/d'],
    ['', 'WORKDIR relative', '/relative'],
    ['/srv', 'WORKDIR $HOME/x', '/home/x'],
    ['/srv', 'WORKDIR with blank', '/srv/with blank'],
  ])('from %s: %s', (WorkingDir, text, expected) => {
    expect(changed([text], { WorkingDir, Env: ['HOME=/home'] })['WorkingDir']).toBe(expected);
  });

  test('one relative directory after another', () => {
    expect(changed(['WORKDIR a', 'WORKDIR b', 'WORKDIR ../c'])['WorkingDir']).toBe('/a/c');
  });

  test('users and signals', () => {
    expect(changed(['USER 1000:staff'])).toEqual({ User: '1000:staff' });
    expect(changed(['USER "$WHO"'], { Env: ['WHO=app'] })['User']).toBe('app');
    for (const signal of ['SIGTERM', 'int', '9', '64', 'RTMIN', 'SIGRTMIN+15', 'RTMAX-14'])
      expect(changed([`STOPSIGNAL ${signal}`])).toEqual({ StopSignal: signal });
    expect(changed(['STOPSIGNAL $S'], { Env: ['S=SIGHUP'] })['StopSignal']).toBe('SIGHUP');
    expect(refusal('STOPSIGNAL $S', { Env: ['S=SIGNOTHING'] })?.reason).toBe('signal');
  });
});

describe('HEALTHCHECK', () => {
  const second = 1_000_000_000;
  test.each([
    ['HEALTHCHECK NONE', { Test: ['NONE'] }],
    ['HEALTHCHECK CMD curl -f $URL || exit 1', { Test: ['CMD-SHELL', 'curl -f $URL || exit 1'] }],
    ['HEALTHCHECK cmd ["curl", "-f"]', { Test: ['CMD', 'curl', '-f'] }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=2h --start-interval=1.5s --retries=3 CMD x',
      {
        Test: ['CMD-SHELL', 'x'],
        Interval: 90 * second,
        Timeout: second / 2,
        StartPeriod: 7200 * second,
        StartInterval: 1.5 * second,
        Retries: 3,
      },
    ],
    // Zero: as the image below says, or the engine.
    ['HEALTHCHECK --interval=0 --timeout=0s --retries=0 CMD x', { Test: ['CMD-SHELL', 'x'] }],
  ])('%s', (text, Healthcheck) => {
    expect(changed([text], { Healthcheck: { Test: ['NONE'], Retries: 0 } })).toEqual({ Healthcheck });
  });

  // What dockerd 20.10 commits over such a check.
  test.each([
    [['HEALTHCHECK CMD x'], ['CMD-SHELL', 'x'], 9],
    [['HEALTHCHECK --retries=2 CMD x'], ['CMD-SHELL', 'x'], 2],
    [['HEALTHCHECK NONE'], ['NONE'], 9],
    [['HEALTHCHECK --retries=2 CMD x', 'HEALTHCHECK CMD y'], ['CMD-SHELL', 'y'], 9],
  ])('%j keeps what it does not set', (texts, Test, Retries) => {
    const parent = { Test: ['CMD', 'old'], Interval: 7 * second, Timeout: 3 * second, Retries: 9 };
    const Healthcheck = { Test, Interval: 7 * second, Timeout: 3 * second, Retries };
    expect(changed(texts, { Healthcheck: parent })).toEqual({ Healthcheck });
  });
});

describe('several lines', () => {
  test('are several instructions; a backslash joins, comments and empty lines count for nothing', () => {
    const text = ' cmd a\n\n# a comment\nENV B=2 \\\n  # another\n\n C=3\r\nLABEL d=\\  \ne';
    expect(changed([text])).toEqual({
      Cmd: ['/bin/sh', '-c', 'a'],
      Env: ['B=2', 'C=3'],
      Labels: { d: 'e' },
    });
    expect(changed(['USER x \\'])).toEqual({ User: 'x' });
  });
});

describe('what is refused, and why', () => {
  test.each<[string, ConfigChangeFault]>([
    ['', 'empty'],
    ['   ', 'empty'],
    ['RUN true', 'instruction'],
    ['constructor x', 'instruction'],
    ['ENVIRONMENT A=1', 'instruction'],
    ...configWords.map((word): [string, ConfigChangeFault] => [`${word}  `, 'arguments']),
    ['CMD ["a", 1]', 'json'],
    ['ENTRYPOINT [null]', 'json'],
    ['VOLUME [["/a"]]', 'json'],
    ['HEALTHCHECK CMD [{}]', 'json'],
    ['ONBUILD ONBUILD RUN x', 'trigger'],
    ['onbuild from base', 'trigger'],
    ['ONBUILD MAINTAINER me', 'trigger'],
    ['ENV A', 'arguments'],
    ['ENV A=1 B', 'arguments'],
    ['ENV =1', 'name'],
    ['ENV ""=1', 'name'],
    ['ENV $NOTHING=1', 'name'],
    ['ENV A="open', 'quote'],
    ["LABEL a='open", 'quote'],
    ['LABEL =1', 'name'],
    ['EXPOSE http', 'port'],
    ['EXPOSE 65536', 'port'],
    ['EXPOSE 9-8', 'port'],
    ['EXPOSE 80/icmp', 'port'],
    ['EXPOSE $NOTHING', 'port'],
    ['USER a b', 'arguments'],
    ['VOLUME []', 'arguments'],
    ['VOLUME ""', 'arguments'],
    ['CMD a\nRUN b', 'instruction'],
    ['# a comment', 'instruction'],
    ['VOLUME [" "]', 'arguments'],
    ['STOPSIGNAL SIGNOTHING', 'signal'],
    ['STOPSIGNAL 0', 'signal'],
    ['STOPSIGNAL 65', 'signal'],
    ['STOPSIGNAL RTMIN+16', 'signal'],
    ['HEALTHCHECK true', 'arguments'],
    ['HEALTHCHECK NONE true', 'arguments'],
    ['HEALTHCHECK --interval=1s NONE', 'arguments'],
    ['HEALTHCHECK --nothing=1 CMD x', 'arguments'],
    ['HEALTHCHECK --constructor=1 CMD x', 'arguments'],
    ['HEALTHCHECK --retries=-1 CMD x', 'arguments'],
    ['HEALTHCHECK --interval=soon CMD x', 'duration'],
    ['HEALTHCHECK --interval=1us CMD x', 'duration'],
    ['HEALTHCHECK --interval=-1s CMD x', 'duration'],
    ['HEALTHCHECK --interval=9999999h CMD x', 'duration'],
  ])('%s: %s', (text, reason) => {
    const found = refusal(text);
    expect(found?.reason).toBe(reason);
    expect(found?.sentence).toMatch(/^“.*” is no change to a config: .+\.$/);
  });

  test('whatever is typed gives a config or a sentence', () => {
    const word = fc.constantFrom(...configWords, 'RUN');
    const rest = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .array(fc.constantFrom('"', "'", '\\', '$', '{', '}', '[', ']', '=', ' ', 'A', '-', '1', '/'))
        .map((c) => c.join('')),
    );
    fc.assert(
      fc.property(word, rest, (first, second) => {
        const text = `${first} ${second}`;
        if (refusal(text) !== null) return;
        // What was made can be stored and changed again.
        const config = changed([text]);
        expect(JSON.parse(JSON.stringify(config))).toEqual(config);
        expect(() => changed([text], config)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

test('members keep their order and their spelling, and unknown ones stay', () => {
  const document = { os: 'linux', config: { user: 'a', Unknown: 1, Cmd: ['x'] }, history: [] };
  const made = applyConfigChanges(document, [parseConfigChange('USER b'), parseConfigChange('LABEL a=b')]);
  expect(JSON.stringify(made)).toBe(
    '{"os":"linux","config":{"user":"b","Unknown":1,"Cmd":["x"],"Labels":{"a":"b"}},"history":[]}',
  );
  expect(applyConfigChanges(document, [])).toBe(document);
});

test('a change says whether the image has something there already', () => {
  const document = { config: { Env: ['A=1'], Labels: { a: 'b' }, Cmd: [], User: 'u' } };
  const kinds = ['ENV A=2', 'ENV B=1', 'LABEL a=c', 'LABEL c=d', 'CMD x', 'USER x', 'EXPOSE 1'].map(
    (text) => describeConfigChange(text, document).kind,
  );
  expect(kinds).toEqual(['changed', 'added', 'changed', 'added', 'added', 'changed', 'added']);
});
