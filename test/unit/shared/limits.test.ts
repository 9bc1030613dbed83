import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  changeLimits,
  defaultLimits,
  limitNames,
  limitSpecs,
  limitText,
  parseLimitValue,
  raisedLimit,
  storedLimits,
  type LimitName,
} from '../../../shared/image/limits';
import { problemSentence } from '../../../shared/text/problemText';

const anyName = fc.constantFrom<LimitName>(...limitNames);

describe('values', () => {
  test.each<[LimitName, string, number]>([
    ['document-bytes', '8MiB', 8 << 20],
    ['document-bytes', '8m', 8 << 20],
    ['document-bytes', '8 MB', 8_000_000],
    ['document-bytes', '1.5MiB', 1.5 * 2 ** 20],
    ['document-bytes', '4096', 4096],
    ['expanded-bytes', '2TiB', 2 * 2 ** 40],
    ['time', '30min', 1800],
    ['time', '2h', 7200],
    ['time', '45', 45],
    ['layers', '5000', 5000],
  ])('%s=%s', (name, text, value) => {
    expect(parseLimitValue(name, text)).toBe(value);
  });

  test.each<[LimitName, string]>([
    ['layers', '5k'],
    ['layers', '0'],
    ['layers', '-1'],
    ['layers', '1.5'],
    ['layers', 'none'],
    ['layers', ''],
    ['layers', 'Infinity'],
    ['layers', '1e3'],
    ['document-bytes', '8 parsecs'],
    ['document-bytes', '1constructor'],
    ['document-bytes', '9TiB'],
    ['time', '99999d'],
    ['time', '1MiB'],
  ])('%s=%s is none', (name, text) => {
    expect(parseLimitValue(name, text)).toBeNull();
  });

  test('are written in a form that is read back', () => {
    fc.assert(
      fc.property(anyName, fc.double({ min: 0, max: 1, noNaN: true }), (name, part) => {
        const value = Math.max(1, Math.floor(limitSpecs[name].most * part));
        expect(parseLimitValue(name, limitText(name, value))).toBe(value);
      }),
    );
  });
});

describe('changes', () => {
  test('hold one after the other, and leave the rest as it was', () => {
    const changed = changeLimits(defaultLimits, ['layers=9', 'time=1h', 'layers=10']);
    expect(changed).toEqual({ ...defaultLimits, layers: 10, time: 3600 });
  });

  test.each([
    ['layers', { fault: 'form', text: 'layers' }],
    ['nonsense=1', { fault: 'name', text: 'nonsense' }],
    ['toString=1', { fault: 'name', text: 'toString' }],
    ['layers=many', { fault: 'value', text: 'layers=many' }],
  ])('%s is told as what it is', (change, fault) => {
    expect(changeLimits(defaultLimits, ['time=1h', change])).toEqual(fault);
  });
});

test('what was refused fits once its bound is raised, and no bound is raised past its most', () => {
  fc.assert(
    fc.property(anyName, fc.nat(), (name, more) => {
      const limit = defaultLimits[name];
      const found = limit + more;
      const raised = raisedLimit(name, limit, found);
      if (raised === null) expect(found > limitSpecs[name].most).toBe(true);
      else {
        expect(raised).toBeGreaterThanOrEqual(found);
        expect(raised).toBeLessThanOrEqual(limitSpecs[name].most);
      }
    }),
  );
  for (const name of limitNames) expect(raisedLimit(name, storedLimits[name])).toBeNull();
});

test.each(limitNames)('the sentence of %s names it, and how to raise it', (name) => {
  const facts = { file: 'shop.tar', what: 'manifest.json', limit: defaultLimits[name], name };
  for (const language of ['en', 'zh-CN'] as const) {
    const sentence = problemSentence({ code: 'limit-exceeded', facts }, language);
    expect(sentence).toContain('manifest.json');
    const words = /--limit ([a-z-]+)=(\w+)/.exec(sentence);
    expect(words?.[1]).toBe(name);
    expect(parseLimitValue(name, words?.[2] ?? '')).toBeGreaterThan(defaultLimits[name]);
  }
});

test('the documentation lists every limit with its values', () => {
  const text = readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'docs', 'untrusted-input.md'),
    'utf8',
  );
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\w+) +\| (\w+) +\|/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(
    limitNames.map((name) => [
      name,
      limitText(name, limitSpecs[name].default),
      limitText(name, limitSpecs[name].most),
    ]),
  );
});
