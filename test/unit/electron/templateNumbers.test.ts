import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatHex } from '../../../electron/cli/template/goFloatHex';
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

/** What Go's own tests of fmt and strconv expect (fmt_test.go, ftoa_test.go), and the ends of what a `float64` holds. */
test.each([
  ['%x', '0.0', '0x0p+00'],
  ['%x', '-0.0', '-0x0p+00'],
  ['%x', '1.0', '0x1p+00'],
  ['%x', '-1.0', '-0x1p+00'],
  ['%x', '1.5', '0x1.8p+00'],
  ['%x', '32.0', '0x1p+05'],
  ['%x', '0.1', '0x1.999999999999ap-04'],
  ['%x', '3.5e-3', '0x1.cac083126e979p-09'],
  ['%X', '-3.5', '-0X1.CP+01'],
  ['%x', '1e23', '0x1.52d02c7e14af6p+76'],
  ['%x', '5e-324', '0x1p-1074'],
  ['%x', '2.2250738585072014e-308', '0x1p-1022'],
  ['%x', '1.7976931348623157e308', '0x1.fffffffffffffp+1023'],
  ['%.3x', '1.0', '0x1.000p+00'],
  ['%+.3x', '0.0', '+0x0.000p+00'],
  ['%+.3x', '1.0', '+0x1.000p+00'],
  ['%+.3x', '-1.0', '-0x1.000p+00'],
  ['%.0x', '1.5', '0x1p+01'],
  ['%.0x', '2.5', '0x1p+01'],
  ['%.1x', '1.96875', '0x1.0p+01'],
  ['%.20x', '1.5', '0x1.80000000000000000000p+00'],
  ['%12x|', '1.5', '   0x1.8p+00|'],
  ['%-12x|', '1.5', '0x1.8p+00   |'],
  ['%b', '1.0', '4503599627370496p-52'],
  ['%b', '-1.0', '-4503599627370496p-52'],
  ['%b', '1e23', '5960464477539062p+24'],
  ['%x', '255', 'ff'],
  ['%#x', '-31', '-0x1f'],
  ['%#X', '31', '0X1F'],
])('%s of %s is %s', (format, number, said) => {
  expect(print(`{{printf "${format}" ${number}}}`)).toBe(said);
});

test('the hexadecimal digits of any number are that number, with its first digit one', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = floatHex(value, null);
      const [, sign, first, behind = '', power] =
        /^(-?)0x([01])(?:\.([0-9a-f]*[1-9a-f]))?p([+-]\d{2,4})$/.exec(text) ?? [];
      expect(first, text).toBe(value === 0 ? '0' : '1');
      // Twice, since the power of the least numbers is less than any of theirs.
      const whole = Number(BigInt(`0x${first}${behind}`));
      const scale = Number(power) - 4 * behind.length;
      const half = Math.trunc(scale / 2);
      expect((sign === '-' ? -1 : 1) * whole * 2 ** half * 2 ** (scale - half), text).toBe(value);
    }),
    { numRuns: 2000 },
  );
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
