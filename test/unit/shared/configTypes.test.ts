import { expect, test } from 'vitest';
import { isGoDate } from '../../../shared/image/configTypes';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { defaultLimits } from '../../../shared/image/limits';
import { parseManifest } from '../../../shared/image/manifest';
import { problemFacts } from '../../setup/temporary';
import { reasonText } from '../../setup/reasonText';

/** Values of all types that JSON has, as they are written, against every member that Go's readers give one. */

const origin = { file: 'x.tar', entry: 'config.json', limits: defaultLimits };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const values = {
  text: '"x"',
  date: '"2024-01-31T12:00:00Z"',
  flag: 'true',
  integer: '3',
  long: '9223372036854775807',
  longer: '9223372036854775808',
  fraction: '1.5',
  exponent: '2.048e3',
  none: '[]',
  texts: '["a",null]',
  numbers: '[1]',
  object: '{}',
  objects: '{"a":{},"b":null}',
  labels: '{"a":"x","b":null}',
  counts: '{"a":1}',
  steps: '[{},null]',
} as const;
type Value = keyof typeof values;

const text: readonly Value[] = ['text', 'date'];
const date: readonly Value[] = ['date'];
const flag: readonly Value[] = ['flag'];
const integer: readonly Value[] = ['integer', 'long'];
const texts: readonly Value[] = ['none', 'texts'];
const words: readonly Value[] = ['text', 'date', 'none', 'texts'];
const object: readonly Value[] = ['object', 'objects', 'labels', 'counts'];
const set: readonly Value[] = ['object', 'objects'];
const labels: readonly Value[] = ['object', 'labels'];

/** Members by path, and which of the values Go takes. */
const members: Readonly<Record<string, readonly Value[]>> = {
  ...{ os: text, architecture: text, variant: text, created: date, author: text, comment: text },
  ...{ docker_version: text, rootfs: object, config: object, history: ['none', 'steps'] },
  ...{ 'rootfs.type': text, 'history.0.created': date, 'history.0.created_by': text },
  ...{ 'history.0.author': text, 'history.0.comment': text, 'history.0.empty_layer': flag },
  ...{ 'config.User': text, 'config.WorkingDir': text, 'config.StopSignal': text, 'config.Hostname': text },
  ...{ 'config.Env': texts, 'config.OnBuild': texts, 'config.Cmd': words, 'config.Entrypoint': words },
  ...{ 'config.Shell': words, 'config.Labels': labels, 'config.Volumes': set, 'config.ExposedPorts': set },
  ...{ 'config.Tty': flag, 'config.ArgsEscaped': flag, 'config.StopTimeout': integer },
  ...{ 'config.Healthcheck': object, 'config.Healthcheck.Test': texts },
  ...{ 'config.Healthcheck.Interval': integer, 'config.Healthcheck.Retries': integer },
};

const within = (path: readonly string[], value: string): string =>
  path.reduceRight((inner, key) => (key === '0' ? `[${inner}]` : `{"${key}":${inner}}`), value);

test.each(Object.entries(members))('%s', async (path, taken) => {
  const parse = (value: string): Promise<unknown> =>
    Promise.resolve().then(() => parseImageConfig(bytes(within(path.split('.'), value)), origin));
  await parse('null');
  for (const [name, value] of Object.entries(values))
    if (taken.includes(name as Value)) await parse(value);
    else {
      const facts = await problemFacts(parse(value), 'document-invalid');
      expect(facts, `${path} ${name}`).toMatchObject({
        reason: taken === date && name === 'text' ? 'member-date' : 'member-type',
      });
      expect(reasonText(facts)).toContain(path.replace('.0', '[0]'));
    }
});

test('a size has no point and no exponent', async () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const manifest = (size: string): Promise<unknown> =>
    Promise.resolve().then(() =>
      parseManifest(
        bytes(`{"schemaVersion":2,"config":{"digest":"${digest}","size":${size}},"layers":[]}`),
        origin,
      ),
    );
  expect(await manifest('2048')).toMatchObject({ config: { size: 2048 } });
  for (const size of ['2.048e3', '2048.0', '2e3', '"2048"', 'true'])
    expect(await problemFacts(manifest(size), 'document-invalid'), size).toMatchObject({
      reason: 'part-no-size',
    });
});

/** What dockerd 20.10 and skopeo made of each as `created`. */
test.each([
  ['2024-01-01T00:00:00Z', true],
  ['2024-01-01T00:00:00+08:00', true],
  ['2024-01-01T00:00:00.1234567891234Z', true],
  ['2024-02-29T00:00:00Z', true],
  ['0000-01-01T00:00:00Z', true],
  ['2024-01-01T00:00:00,5Z', true],
  ['2024-01-01T00:00:00+24:00', true],
  ['2024-01-01T0:00:00Z', true],
  ['yesterday', false],
  ['', false],
  ['2024-01-01', false],
  ['2024-13-01T00:00:00Z', false],
  ['2024-01-01t00:00:00z', false],
  ['2024-02-30T00:00:00Z', false],
  ['2023-02-29T00:00:00Z', false],
  ['2024-01-01T24:00:00Z', false],
  ['2024-01-01T00:00:60Z', false],
  ['2024-01-01T00:00:00-0000', false],
  ['12024-01-01T00:00:00Z', false],
  ['2024-01-01T00:00:00.Z', false],
  ['2024-01-01T00:00:00', false],
])('%j as a date: %s', (text, taken) => {
  expect(isGoDate(text)).toBe(taken);
});
