import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvField, dotText } from '../../../shared/graph/escape';
import {
  formatAge,
  formatAgeInWords,
  formatBytes,
  formatDate,
  formatDateTime,
  formatRate,
  formatUtc,
  groupDigits,
  isNoDate,
  pasteText,
  safeJson,
  visibleLines,
  visibleText,
} from '../../../shared/text/format';

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [36, '36 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [1024, '1.02 kB'],
    [9990, '9.99 kB'],
    [9994, '9.99 kB'],
    [9996, '10.0 kB'],
    [99_940, '99.9 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [9_230_000, '9.23 MB'],
    [117_000_000, '117 MB'],
    [2_500_000_000, '2.50 GB'],
    [1e12, '1.00 TB'],
    [1e15, '1.00 PB'],
    [5e18, '5000 PB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('has three significant digits and is off by no more than half of the last', () => {
    const factor: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 15, noNaN: true }), (exponent) => {
        const bytes = Math.floor(10 ** exponent * 0.999);
        const [digits = '', unit = ''] = formatBytes(bytes).split(' ');
        expect(digits.replace('.', '').length).toBeLessThanOrEqual(3);
        expect(Math.abs(Number(digits) * (factor[unit] ?? NaN) - bytes)).toBeLessThanOrEqual(bytes * 0.00501);
      }),
      { numRuns: 2000 },
    );
  });

  test('a rate is bytes a second', () => {
    expect(formatRate(118_400_000.4)).toBe('118 MB/s');
    expect(formatRate(0.2)).toBe('0 B/s');
  });
});

describe('groupDigits', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1\u202f000'],
    [74_812_672, '74\u202f812\u202f672'],
    [Number.MAX_SAFE_INTEGER, '9\u202f007\u202f199\u202f254\u202f740\u202f991'],
  ])('%i', (value, text) => {
    expect(groupDigits(value)).toBe(text);
  });

  test('without its spaces is the number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(Number(groupDigits(value).replaceAll('\u202f', ''))).toBe(value);
      }),
    );
  });
});

describe('dates', () => {
  test.each([null, '', '0001-01-01T00:00:00Z', 'never'])('%j is no date', (iso) => {
    expect(isNoDate(iso)).toBe(true);
  });

  test('one of 1970 and before is a date: reproducible builds write it', () => {
    expect(isNoDate('1970-01-01T00:00:00Z')).toBe(false);
    expect(isNoDate('1901-02-03T00:00:00Z')).toBe(false);
    expect(isNoDate('2026-11-19T14:02:07.123456789+02:00')).toBe(false);
  });

  // Made from local time, so that they hold in every time zone.
  const afternoon = new Date(2026, 10, 19, 14, 2, 7).toISOString();
  const early = new Date(2026, 0, 3, 4, 5).toISOString();

  test('are local, English with the month in letters, Chinese in numbers', () => {
    expect(formatDateTime(afternoon, 'en')).toBe('19 Nov 2026, 14:02');
    expect(formatDateTime(afternoon, 'zh-CN')).toBe('2026-11-19 14:02');
    expect(formatDate(early, 'en')).toBe('3 Jan 2026');
    expect(formatDate(early, 'zh-CN')).toBe('2026-01-03');
    expect(formatDateTime(early, 'en')).toBe('3 Jan 2026, 04:05');
  });

  test('are UTC with seconds in tooltips', () => {
    expect(formatUtc('2026-11-19T16:02:07.9+02:00')).toBe('2026-11-19 14:02:07 UTC');
  });
});

describe('formatAge', () => {
  const minute = 60_000;
  const hour = 60 * minute;
  const day = 24 * hour;
  // What go-units prints for these, which Docker and Podman use.
  test.each([
    [-hour, 'just now', '刚刚', 'Less than a second ago'],
    [0, 'just now', '刚刚', 'Less than a second ago'],
    [1_900, 'just now', '刚刚', '1 second ago'],
    [59_900, 'just now', '刚刚', '59 seconds ago'],
    [minute, '1 min ago', '1 分钟前', 'About a minute ago'],
    [1.9 * minute, '1 min ago', '1 分钟前', 'About a minute ago'],
    [59.9 * minute, '59 min ago', '59 分钟前', '59 minutes ago'],
    [hour, '1 h ago', '1 小时前', 'About an hour ago'],
    [1.49 * hour, '1 h ago', '1 小时前', 'About an hour ago'],
    [1.5 * hour, '2 h ago', '2 小时前', '2 hours ago'],
    [47.4 * hour, '47 h ago', '47 小时前', '47 hours ago'],
    [47.5 * hour, '2 d ago', '2 天前', '2 days ago'],
    [4 * day + 11 * hour, '4 d ago', '4 天前', '4 days ago'],
    [4 * day + 23.4 * hour, '4 d ago', '4 天前', '4 days ago'],
    [13.9 * day, '13 d ago', '13 天前', '13 days ago'],
    [14 * day, '2 wk ago', '2 周前', '2 weeks ago'],
    [59.9 * day, '8 wk ago', '8 周前', '8 weeks ago'],
    [60 * day, '2 mo ago', '2 个月前', '2 months ago'],
    [729 * day, '24 mo ago', '24 个月前', '24 months ago'],
    [731 * day, '2 yr ago', '2 年前', '2 years ago'],
    [3650 * day, '10 yr ago', '10 年前', '10 years ago'],
  ])('%i ms ago is %s, %s, %s', (age, en, zh, words) => {
    const now = Date.parse('2026-11-19T12:00:00Z');
    const iso = new Date(now - age).toISOString();
    expect([formatAge(iso, now, 'en'), formatAge(iso, now, 'zh-CN')]).toEqual([en, zh]);
    expect(formatAgeInWords(iso, now, 'en')).toBe(words);
    expect(formatAgeInWords(iso, now, 'zh-CN')).toBe(zh);
  });
});

test('an age in the future is the date', () => {
  const now = Date.parse('2026-11-19T12:00:00Z');
  expect(formatAge('9999-12-30T12:00:00Z', now, 'en')).toBe('30 Dec 9999');
  expect(formatAge('2026-11-21T12:00:00Z', now, 'zh-CN')).toBe('2026-11-21');
  expect(formatAgeInWords('2026-11-21T12:00:00Z', now, 'zh-CN')).toBe('2026-11-21');
});

describe('visibleText', () => {
  test.each([
    ['rig/tiny:1.0', 'rig/tiny:1.0'],
    ['层 🐳 ä', '层 🐳 ä'],
    ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u0000\u007f', '\\u{0}\\u{7f}'],
    ['exe.\u202egpj', 'exe.\\u{202e}gpj'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\udcff', '\\u{dcff}'],
  ])('%j is shown as %s', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test.each([
    ['a\u180eb\u00ad', 'a\\u{180e}b\\u{ad}'],
    ['\u{e0041}\u{e007f}\u{e0100}', '\\u{e0041}\\u{e007f}\\u{e0100}'],
    ['pass\u200dwd\u200c v1\ufe0f.0', 'pass\\u{200d}wd\\u{200c} v1\\u{fe0f}.0'],
    ['\u3164\uffa0\u115f\u034f', '\\u{3164}\\u{ffa0}\\u{115f}\\u{34f}'],
    // What joiners and selectors shape is seen.
    ['❤\ufe0f\u200d🔥 👩🏽\u200d💻', '❤\ufe0f\u200d🔥 👩🏽\u200d💻'],
    ['نامه\u200cای क्\u200dष', 'نامه\u200cای क्\u200dष'],
    ['❤\ufe0f\ufe0f a\ufe0f\u200d🔥', '❤\ufe0f\\u{fe0f} a\\u{fe0f}\\u{200d}🔥'],
  ])('%j shows nothing that cannot be seen: %s', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(visibleText(shown)).toBe(shown);
  });

  test('and every other way to show text escape whatever Unicode counts as not to be seen, and nothing else', () => {
    const unseen =
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Variation_Selector}]/u;
    const wrong: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const char = String.fromCodePoint(point);
      const text = `a${char}b`;
      const hides = unseen.test(char);
      const line = char === '\t' || char === '\n' || char === '\r';
      const found = [
        (visibleText(text) !== text) === hides,
        (visibleLines(text) !== text) === (hides && char !== '\t' && char !== '\n'),
        (safeJson(text) !== text) === (hides && char !== '\n'),
        !hides || line || !pasteText(text).includes(char),
        !hides || line || !csvField(text).includes(char),
        !hides || !dotText(text).includes(char),
      ];
      if (found.includes(false)) wrong.push(`${point.toString(16)} ${found.join(' ')}`);
    }
    expect(wrong).toEqual([]);
  });

  test('holds no control and no bidirectional character, is well-formed, and stays as it is when shown again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const shown = visibleText(String.fromCharCode(...units));
        expect(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u.test(shown)).toBe(false);
        expect(visibleText(shown)).toBe(shown);
      }),
      { numRuns: 1000 },
    );
  });
});
