import { expect, test } from 'vitest';
import { dockerSize, rowJson } from '../../../electron/cli/rowFormat';
import { templatePrinter } from '../../../electron/cli/template/evaluate';
import type { Value } from '../../../electron/cli/template/goValue';
import { GoDuration } from '../../../electron/cli/template/goValue';
import { parseExactJson } from '../../../shared/image/exactJson';
import { ok, fails, loadAll, newImage, oldImage, short, stratigraph, useCommandLine } from './cliTools';

useCommandLine();

test('lists print rows by Docker’s templates, tables and JSON', async () => {
  await loadAll();
  expect((await ok('images', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')).split('\n')).toEqual(
    expect.arrayContaining([`shop:1.1 ${short(newImage.id)}`, `shop:1.0 ${short(oldImage.id)}`]),
  );
  expect(await ok('images', '-q', '--no-trunc', '--format', '{{.ID}}')).toContain(newImage.id);
  const rows = (await ok('images', '--format', 'json')).trim().split('\n');
  for (const row of rows) expect(Object.keys(JSON.parse(row) as object)).toContain('CreatedSince');
  expect(await ok('images', '--format', 'table')).toBe(await ok('images'));
  expect((await ok('history', '--format', 'table {{.ID}}\t{{.Size}}', 'shop:1.1')).split('\n')[0]).toMatch(
    /^LAYER {10}SIZE$/,
  );
  expect(await ok('df', '--format', '{{.Type}}={{.TotalCount}}')).toContain('Images=3\n');
  expect(await ok('inspect', '-f', '{{len .RepoTags}}', 'shop:1.1', 'shop:1.0')).toBe('2\n1\n');
  expect(JSON.parse(await ok('inspect', '--format', 'json', 'shop:1.1'))).toHaveLength(1);
});

test('a template that asks for what there is not is a fault of the words, before anything is printed', async () => {
  await loadAll();
  for (const words of [
    ['images', '--format', '{{.Nothing}}'],
    ['images', '--format', '{{.ID'],
    ['images', '-f', 'label=none', '--format', '{{.Nothing}}'],
    ['history', '--format', '{{nofunction .ID}}', 'shop:1.1'],
    ['inspect', '-f', '{{.Config.Nothing}}', 'shop:1.1'],
    ['df', '-v', '--format', '{{.Type}}'],
    ['--json', 'images', '--format', 'json'],
    ['--json', 'inspect', '-f', '{{.Id}}', 'shop:1.1'],
    ['workspace', 'rm', 'none', '--format', '{{.Name}}'],
  ]) {
    const { code, stdout } = await stratigraph(...words);
    expect([words.join(' '), code, stdout]).toEqual([words.join(' '), 2, '']);
  }
  expect(await fails(2, 'images', '--format', '{{.Nothing}}')).toContain('.Repository');
});

test('a template that defines itself anew, or prints without end, ends', () => {
  const print = templatePrinter('{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}');
  expect(() => print('x')).toThrow();
});

test('rows are JSON as Go writes it', () => {
  expect(rowJson({ b: '<none>', a: 'x & y' })).toBe('{"a":"x \\u0026 y","b":"\\u003cnone\\u003e"}');
});

test('range stops and goes on', () => {
  const document = { list: ['a', 'b', 'c', 'd'] };
  expect(
    templatePrinter(
      '{{range .list}}{{if eq . "b"}}{{continue}}{{end}}{{if eq . "d"}}{{break}}{{end}}{{.}}{{end}}',
    )(document),
  ).toBe('ac');
  expect(() => templatePrinter('{{break}}')(document)).toThrow();
});

test('sizes are Docker’s: three digits, no zeros behind', () => {
  expect([0, 999, 1000, 5_100_000, 7_151_234, 1_234_567_890_123].map((size) => dockerSize(size))).toEqual([
    '0B',
    '999B',
    '1kB',
    '5.1MB',
    '7.15MB',
    '1.23TB',
  ]);
  expect(dockerSize(7_151_234, 4)).toBe('7.151MB');
});

test('inspect prints what is there, and says what is not', async () => {
  await loadAll();
  const { code, stdout, stderr } = await stratigraph('inspect', 'none:1', 'shop:1.1');
  expect([code, (JSON.parse(stdout) as unknown[]).length]).toEqual([1, 1]);
  expect(stderr).toContain('none:1');
});

test('numbers beyond those of JavaScript are printed, encoded and compared as they are written', () => {
  const document = parseExactJson(
    '{"Check":{"Interval":9223372036854775807},"Other":9223372036854775806}',
  ) as Value;
  const print = (template: string): string => templatePrinter(template)(document);
  expect(print('{{json .Check}} {{json .}}')).toBe(
    '{"Interval":9223372036854775807} {"Check":{"Interval":9223372036854775807},"Other":9223372036854775806}',
  );
  expect(print('{{.Check.Interval}} {{eq .Check.Interval .Other}} {{eq .Other .Other}}')).toBe(
    '9223372036854775807 false true',
  );
});

test('durations print as Go’s do, whatever their units', () => {
  const spelled: readonly (readonly [bigint, string])[] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1100n, '1.1µs'],
    [2_200_000n, '2.2ms'],
    [3_300_000_000n, '3.3s'],
    [245_000_000_000n, '4m5s'],
    [245_001_000_000n, '4m5.001s'],
    [18_367_001_000_000n, '5h6m7.001s'],
    [480_000_000_001n, '8m0.000000001s'],
    [3_600_000_000_000n, '1h0m0s'],
    [9_223_372_036_854_775_807n, '2562047h47m16.854775807s'],
    [-9_223_372_036_854_775_808n, '-2562047h47m16.854775808s'],
    [-1_500_000_000n, '-1.5s'],
  ];
  for (const [nanoseconds, text] of spelled) expect(new GoDuration(nanoseconds).toString()).toBe(text);
});

test('operands of printf are taken by their numbers, and what cannot be a width is said in the text', () => {
  const print = (template: string): string => templatePrinter(template)({});
  expect(print('{{printf "%[2]s %[1]s" "a" "b"}}')).toBe('b a');
  expect(print('{{printf "%[3]*.[2]*[1]f|" 12.0 2 6}}')).toBe(' 12.00|');
  expect(print('{{printf "%[3]d %[0]d" 1}}')).toBe('%!d(BADINDEX) %!d(BADINDEX)');
  expect(print('{{printf "%*d" "x" 1}}')).toBe('%!(BADWIDTH)1');
  expect(print('{{range 3}}{{.}}{{end}}{{range 0}}x{{else}}none{{end}}')).toBe('012none');
  expect(() => print('{{range 100000000}}{{end}}')).toThrow();
});

test('a field in JSON is no row in JSON, and a heading ends where a field’s name cannot be asked', async () => {
  await loadAll();
  expect(await ok('images', '--format', '{{json "<a>"}}', 'shop:1.1')).toBe('"<a>"\n');
  expect(
    (
      await ok('images', '--format', 'table {{.Tag}}{{range split .Repository "/"}},{{.}}{{end}}', 'shop:1.1')
    ).split('\n'),
  ).toEqual(['TAG', '1.1,shop', '']);
});
