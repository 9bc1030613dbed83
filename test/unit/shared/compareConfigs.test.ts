import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandLine, compareConfigs, type ComparedConfig } from '../../../shared/image/compareConfigs';

const plain: ComparedConfig = {
  os: 'linux',
  architecture: 'amd64',
  variant: '',
  created: '2026-01-01T00:00:00Z',
  author: '',
  comment: '',
  config: {
    env: [
      { key: 'PATH', value: '/bin' },
      { key: 'LANG', value: 'C' },
    ],
    cmd: ['sh'],
    entrypoint: [],
    workingDir: '',
    user: '',
    labels: [{ key: 'team', value: 'till' }],
    ports: ['80/tcp'],
    volumes: [],
    stopSignal: '',
    healthcheck: [],
  },
};
const other = (
  change: Partial<ComparedConfig['config']>,
  more: Partial<ComparedConfig> = {},
): ComparedConfig => ({
  ...plain,
  ...more,
  config: { ...plain.config, ...change },
});

describe('two configs', () => {
  test('differ by what no field is for, too: times of a health check, and members that nobody knows', () => {
    const said = (config: object, more: object = {}): ComparedConfig => ({
      ...plain,
      rawConfig: JSON.stringify({ os: 'linux', ...more, config }),
    });
    const check = { Test: ['CMD', 'true'], Interval: 30e9, Timeout: 1500e6, StartPeriod: 5400e9, Retries: 3 };
    const first = said({ healthcheck: check, Shell: ['/bin/sh'], OnBuild: null }, { 'os.version': '10' });
    const second = said(
      {
        Healthcheck: {
          ...check,
          Interval: 60e9,
          Timeout: 2e9,
          StartPeriod: 0,
          Retries: 4,
          StartInterval: 1e9,
          New: 1,
        },
      },
      { 'x.y': { z: 9007199254740993n.toString() }, rootfs: {}, history: [1] },
    );
    expect(
      compareConfigs(first, second).differences.map((each) => [
        each.field,
        each.key,
        each.first,
        each.second,
      ]),
    ).toEqual([
      ['healthcheck', 'Interval', '30s', '1m'],
      ['healthcheck', 'New', null, '1'],
      ['healthcheck', 'Retries', '3', '4'],
      ['healthcheck', 'StartInterval', null, '1s'],
      ['healthcheck', 'StartPeriod', '1h30m', null],
      ['healthcheck', 'Timeout', '1500ms', '2s'],
      ['other', 'config.Shell', '["/bin/sh"]', null],
      ['other', 'os.version', '10', null],
      ['other', 'x.y', null, '{"z":"9007199254740993"}'],
    ]);
    expect(compareConfigs(second, second).differences).toEqual([]);
  });

  test('differ by setting: changed, only in the first, only in the second', () => {
    const second = other(
      {
        env: [
          { key: 'LANG', value: 'C' },
          { key: 'PATH', value: '/usr/bin' },
          { key: 'DEBUG', value: '' },
        ],
        ports: [],
        user: '1000',
      },
      { architecture: 'arm64', variant: 'v8' },
    );
    expect(compareConfigs(plain, second)).toEqual({
      differences: [
        { field: 'platform', key: '', first: 'linux/amd64', second: 'linux/arm64/v8' },
        { field: 'user', key: '', first: null, second: '1000' },
        { field: 'env', key: 'DEBUG', first: null, second: '' },
        { field: 'env', key: 'PATH', first: '/bin', second: '/usr/bin' },
        { field: 'port', key: '80/tcp', first: '80/tcp', second: null },
      ],
      same: 4,
    });
  });

  test('do not differ by the order of variables; of one that is set twice the last counts', () => {
    const twice = other({ env: [{ key: 'PATH', value: '/old' }, ...[...plain.config.env].reverse()] });
    expect(compareConfigs(plain, twice).differences).toEqual([]);
  });

  test('a command that is one word is not one of two words', () => {
    expect(commandLine(['a b'])).not.toBe(commandLine(['a', 'b']));
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.array(fc.string({ minLength: 1 })), (a, b) => {
        expect(commandLine(a) === commandLine(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  test('swapped, they differ the other way round', () => {
    const second = other({ cmd: ['bash'], labels: [], volumes: ['/data'] });
    const swapped = compareConfigs(second, plain).differences.map(({ first, second: last, ...rest }) => ({
      ...rest,
      first: last,
      second: first,
    }));
    expect(swapped).toEqual(compareConfigs(plain, second).differences);
  });
});
