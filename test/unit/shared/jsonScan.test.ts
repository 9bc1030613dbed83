import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonExcess, parseBoundedJson } from '../../../shared/image/jsonScan';
import { pasteText } from '../../../shared/text/format';

/** Values and levels as they are counted once a value is there. */
function measure(value: unknown): { values: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { values: 0, depth: 0 };
  const inner = Object.values(value).map(measure);
  return {
    values: 1 + Math.max(0, inner.length - 1) + inner.reduce((sum, each) => sum + each.values, 0),
    depth: 1 + inner.reduce((most, each) => Math.max(most, each.depth), 0),
  };
}

test('counts what a value has, whatever stands in its strings', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      fc.string({ unit: fc.constantFrom('"', '\\', '[', ',', 'x') }),
      (value, odd) => {
        const whole = [value, odd, { [odd]: value }];
        const text = JSON.stringify(whole, null, odd.length % 2);
        const { values, depth } = measure(JSON.parse(text));
        expect(jsonExcess(text, { values: values + 1, depth })).toBeNull();
        expect(jsonExcess(text, { values, depth })).toBe('values');
        expect(jsonExcess(text, { values: values + 1, depth: depth - 1 })).toBe('depth');
        expect(parseBoundedJson(text)).toEqual(JSON.parse(text));
      },
    ),
    { seed: 13, numRuns: 300 },
  );
});

test('refuses levels and values without end before they are parsed, and takes them for no JSON', () => {
  for (const text of [
    '['.repeat(30_000_000),
    '{"a":'.repeat(5_000_000),
    `[${'[],'.repeat(3_000_000)}[]]`,
    '"\\'.repeat(1_000_000),
  ])
    expect(() => parseBoundedJson(text), text.slice(0, 10)).toThrow(SyntaxError);
  // What a script of the page has copied is looked at by the main process.
  expect(pasteText('['.repeat(30_000_000))).toHaveLength(30_000_000);
});
