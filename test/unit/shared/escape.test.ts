import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvField, dotText, xmlDocument } from '../../../shared/graph/escape';
import { pasteText, visibleText } from '../../../shared/text/format';

/** Any text in files that other programs read, held against those programs: Python's XML and CSV readers, Graphviz. */

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '&lt;',
        '\\N',
        '=',
        '＝',
        ',',
        '\r',
        '\n',
        '\t',
        '\ufffe',
        '\ud800',
        '<b>',
        "'",
      ),
    )
    .map((parts) => parts.join('')),
);
const texts = fc
  .sample(anyText, { numRuns: 400, seed: 7 })
  .concat('\ufffe\uffff\u0001', '=1', '\t=1', '＝1', ' @x');

test('an XML reader takes a document with any text', () => {
  const escaped = (text: string): string =>
    text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const xml = xmlDocument(`<svg>${texts.map((text) => `<text>${escaped(text)}</text>`).join('')}</svg>`);
  const script =
    'import sys,xml.dom.minidom as m; print(len(m.parseString(sys.stdin.buffer.read()).documentElement.childNodes))';
  expect(Number(execFileSync('python3', ['-c', script], { input: xml }))).toBe(texts.length);
});

test('a CSV reader finds a cell for each text, none of them a formula or with a control', () => {
  const script =
    'import sys,csv,io,json; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
  const input = texts.map((text) => `a,${csvField(text)},b\r\n`).join('');
  const rows = JSON.parse(execFileSync('python3', ['-c', script], { input }).toString()) as string[][];
  expect(rows).toHaveLength(texts.length);
  for (const row of rows) {
    expect(row).toHaveLength(3);
    expect(row[1]).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
    expect(row[1]).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\ufffe\uffff]/);
  }
});

test('Graphviz shows each text and makes one node of it', () => {
  const dot = `digraph { ${texts.map((text, i) => `n${i} [label="${dotText(text)}"];`).join('\n')} }`;
  const drawn = execFileSync('dot', ['-Tjson'], { input: dot, maxBuffer: 1 << 26 }).toString();
  // What Graphviz draws is in the operations of a label: each line's letters, escapes and entities resolved.
  type Drawn = { name: string; _ldraw_?: { op: string; text?: string }[] };
  const { objects } = JSON.parse(drawn) as { objects: Drawn[] };
  expect(objects.map(({ name }) => name).sort()).toEqual(texts.map((_, i) => `n${i}`).sort());
  for (const { name, _ldraw_ } of objects) {
    const lines = (_ldraw_ ?? []).flatMap(({ op, text }) => (op === 'T' ? [text ?? ''] : []));
    const text = texts[Number(name.slice(1))] ?? '';
    expect(lines.length).toBeLessThanOrEqual(1);
    expect(lines.join('').trim()).toBe(visibleText(text.replace(/[\t\n\r]/g, ' ')).trim());
  }
});

test('what goes to the clipboard has nothing that a terminal obeys, and documents stay documents', () => {
  for (const text of texts) {
    expect(pasteText(text)).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
    expect(visibleText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    const json = `{\r\n\t"key": ${JSON.stringify(`${text}\u202e\u007f`)}\n}`;
    expect(JSON.parse(pasteText(json))).toEqual(JSON.parse(json));
    expect(pasteText(json)).not.toMatch(/[\u007f\u202e]/);
  }
  expect(pasteText('a\tb\r\nc\rd')).toBe('a\tb\nc\\u{d}d');
});
