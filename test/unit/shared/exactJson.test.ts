import { expect, test } from 'vitest';
import { exactJson, JsonNumber, parseExactJson } from '../../../shared/image/exactJson';
import { seeded } from '../../setup/randomLayers';

test('numbers of a document come out as they went in, whatever they are', () => {
  const below = seeded(11);
  const numbers = [
    '9223372036854775807',
    '-0',
    '1.10',
    '1e400',
    '1E+2',
    '12345678901234567890',
    '0.1',
    '7',
    '-12',
  ];
  const texts = ['', 'a "b" 1.10', '\\', '__proto__', 'é9007199254740993', '-', '\u0000 1e3'];
  const value = (depth: number): string => {
    const kind = below(depth > 4 ? 3 : 5);
    if (kind === 0) return numbers[below(numbers.length)] ?? '0';
    if (kind === 1) return JSON.stringify(texts[below(texts.length)]);
    if (kind === 2) return ['true', 'false', 'null'][below(3)] ?? 'null';
    const some = Array.from({ length: below(5) }, () => value(depth + 1));
    if (kind === 3) return `[${some.join(',')}]`;
    return `{${some.map((each, i) => `${JSON.stringify(i === 0 ? '__proto__' : `${texts[below(texts.length)] ?? ''}x${i}`)}:${each}`).join(',')}}`;
  };
  for (let round = 0; round < 500; round++) {
    const text = value(0);
    expect(exactJson(parseExactJson(text))).toBe(text);
    // Whoever asks for nothing gets what JSON.parse gives; `-0` and what is beyond all numbers JSON.stringify writes in its own way.
    expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  }
});

test('what is a number of JavaScript stays one, and what is no JSON is none', () => {
  expect(parseExactJson('[1,0.5,"1.10",9007199254740991]')).toEqual([1, 0.5, '1.10', 9007199254740991]);
  expect(parseExactJson('[9007199254740993]')).toEqual([new JsonNumber('9007199254740993')]);
  expect(exactJson({ a: parseExactJson('1.10') }, 2)).toBe('{\n  "a": 1.10\n}');
  for (const text of ['[1.]', '[01]', '[--1]', '{"a":1e}', '1.10.2'])
    expect(() => parseExactJson(text)).toThrow(SyntaxError);
});
