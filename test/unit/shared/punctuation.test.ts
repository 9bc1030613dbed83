import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { marksOf } from '../../../shared/text/format';

/** Words and punctuation that the window puts between texts of the catalogue: those of one language would stand in the other. */

const root = join(import.meta.dirname, '..', '..', '..');
const files = readdirSync(join(root, 'renderer'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => join('renderer', file));

/** What both languages write alike: device numbers, IDs, an example of the filter's own words, a size. */
const alike = new Set([
  'GuideCards.tsx ,',
  'GuidePicture.tsx whiteout',
  'GuidePicture.tsx :',
  'FileBrowser.tsx :',
  'History.tsx 0 B',
  'FilterPopover.tsx repo:shop-* label:team=web size:&gt;100MB age:&lt;30d -dangling:true',
]);

test('the window puts no words and no punctuation between texts but those of the language', () => {
  const faulty: string[] = [];
  for (const file of files) {
    const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = readFileSync(join(root, file), 'utf8');
    const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
    const note = (text: string): void => {
      const name = `${file.slice(file.lastIndexOf('/') + 1)} ${text}`;
      if (!alike.has(name)) faulty.push(name);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && /[.,:;!?\p{L}]/u.test(node.text)) note(node.text.trim());
      // `, ` before a text of the catalogue, and any such mark behind one.
      if (ts.isTemplateExpression(node)) {
        const { head, templateSpans } = node;
        const parts = [head.text, ...templateSpans.map(({ literal }) => literal.text)];
        templateSpans.forEach(({ expression }, i) => {
          if (!/^t\(/.test(expression.getText())) return;
          if (/[.,:;!?] $/.test(parts[i] ?? '') || /^[.,:;!?](?: |$)/.test(parts[i + 1] ?? ''))
            note(node.getText());
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  expect(faulty).toEqual([]);
  expect(files.length).toBeGreaterThan(100);
});

test('marks of Chinese are Chinese', () => {
  const { space, ...marks } = marksOf('zh-CN');
  expect(space).toBe('');
  for (const mark of Object.values(marks)) expect(mark).toMatch(/^[\u3000-\u303f\uff00-\uffef]$/);
});
