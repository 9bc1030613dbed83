import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templatePrinter } from '../../../electron/cli/template/evaluate';
import type { Value } from '../../../electron/cli/template/goValue';
import { JsonNumber } from '../../../shared/image/exactJson';

/** Numbers in templates: to Go an `int` and a `float64` are of two types, of which neither is compared with the other. */

const print = (template: string, value: Value = null): string => {
  try {
    return templatePrinter(template)(value);
  } catch {
    return 'refused';
  }
};

/** What Docker's client says to them (`docker context inspect --format`, Go 1.23). */
test.each([
  ['{{lt 1 2.0}}', 'refused'],
  ['{{eq 1 1.0}}', 'refused'],
  ['{{ne 1 1.5}}', 'refused'],
  ['{{lt 1e0 2}}', 'refused'],
  ['{{ge 3.0 3}}', 'refused'],
  ['{{eq true 1}}', 'refused'],
  ['{{lt true false}}', 'refused'],
  ['{{eq 1 2 "a"}}', 'refused'],
  ['{{eq 1 1.0 1}}', 'refused'],
  ['{{eq 1 1 1.0}}', 'true'],
  ['{{eq nil 1}}', 'false'],
  ['{{lt 1.0 2.5}}', 'true'],
  ['{{eq 1.0 1.0}}', 'true'],
  ["{{lt 'a' 100}}", 'true'],
  ['{{index "abc" 1.0}}', 'refused'],
  ['{{len 2.0}}', 'refused'],
  ['{{range 2.0}}x{{end}}', 'refused'],
  ['{{2.0}} {{1e6}} {{1e21}} {{1e5}} {{0x1e}} {{123456789.0}}', '2 1e+06 1e+21 100000 30 1.23456789e+08'],
  ['{{printf "%d %v %T %T" 2.0 2.0 2.0 2}}', '%!d(float64=2) 2 float64 int'],
  ['{{json 2.0}} {{if 0.0}}a{{else}}b{{end}}', '2 b'],
])('%s is %s', (template, said) => {
  expect(print(template)).toBe(said);
});

describe('of any two numbers', () => {
  const int = fc.integer({ min: -1000, max: 1000 });
  const float = fc.tuple(int, fc.constantFrom('.0', '.5', '.25', 'e0')).map(([n, rest]) => `${n}${rest}`);
  const order = { lt: [-1], le: [-1, 0], eq: [0], ne: [-1, 1], ge: [0, 1], gt: [1] } as const;

  test('those of one type are in their order, others are refused, in whatever order they stand', () => {
    fc.assert(
      fc.property(fc.oneof(int.map(String), float), fc.oneof(int.map(String), float), (a, b) => {
        const isOne = /^-?\d+$/.test(a) === /^-?\d+$/.test(b);
        for (const [name, signs] of Object.entries(order)) {
          const holds = (signs as readonly number[]).includes(Math.sign(Number(a) - Number(b)));
          expect(print(`{{${name} ${a} ${b}}}`), `${name} ${a} ${b}`).toBe(isOne ? String(holds) : 'refused');
        }
      }),
    );
  });

  test('a whole one with more digits than JavaScript has is compared by all of them', () => {
    fc.assert(
      fc.property(fc.bigInt(2n ** 53n, 2n ** 63n - 1n), fc.bigInt(-2n, 2n), (large, step) => {
        const value = {
          A: new JsonNumber(String(large)),
          B: new JsonNumber(String(large + step)),
        } as unknown as Value;
        expect(print('{{lt .A .B}} {{eq .A .B}}', value)).toBe(`${String(step > 0n)} ${String(step === 0n)}`);
      }),
    );
  });
});
