import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { resolveImport, root, sourcesIn } from '../setup/imports';

/**
 * Files that import each other are one file in several pieces: none can be read, tested or moved without the others. What both
 * need belongs in a file of its own. An import of a type counts: it is read as the rest is.
 */
type Imports = ReadonlyMap<string, readonly string[]>;

/** The circles of a graph (Tarjan's strongly connected components), each in order; the walk keeps its own stack. */
function circlesOf(imports: Imports): string[][] {
  const found: string[][] = [];
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const lower = (file: string, to: number): void => {
    lowest.set(file, Math.min(lowest.get(file) ?? to, to));
  };
  for (const start of imports.keys()) {
    const way = numbers.has(start) ? [] : [{ file: start, next: 0 }];
    for (let at = way.at(-1); at; at = way.at(-1)) {
      const { file } = at;
      if (at.next === 0) {
        lowest.set(file, numbers.size);
        numbers.set(file, numbers.size);
        open.push(file);
        isOpen.add(file);
      }
      const to = imports.get(file)?.[at.next++];
      if (to === undefined) {
        way.pop();
        const low = lowest.get(file) ?? 0;
        const from = way.at(-1);
        if (from) lower(from.file, low);
        if (low !== numbers.get(file)) continue;
        const circle = open.splice(open.indexOf(file));
        for (const each of circle) isOpen.delete(each);
        if (circle.length > 1 || imports.get(file)?.includes(file)) found.push(circle.sort());
      } else if (!numbers.has(to)) way.push({ file: to, next: 0 });
      else if (isOpen.has(to)) lower(file, numbers.get(to) ?? 0);
    }
  }
  return found;
}

test('no files import each other in a circle', () => {
  const files = ['shared', 'electron', 'renderer'].flatMap(sourcesIn);
  const imports = new Map(
    files.map((file) => [
      file,
      ts
        .preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => resolveImport(file, fileName))
        .filter((target) => target !== null),
    ]),
  );
  expect(imports.size).toBeGreaterThan(500);
  expect(circlesOf(imports)).toEqual([]);
});

test.each<[string, Record<string, string[]>, string[][]]>([
  ['a tree has none', { a: ['b', 'c'], b: ['c'], c: [] }, []],
  ['two', { a: ['b'], b: ['a'] }, [['a', 'b']]],
  ['one alone', { a: ['a'], b: [] }, [['a']]],
  ['what leads into a circle is none of it', { a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, [['b', 'c', 'd']]],
  [
    'two that share a file are one; others stand apart',
    { a: ['b', 'c'], b: ['a'], c: ['a'], d: ['e', 'a'], e: ['d'] },
    [
      ['a', 'b', 'c'],
      ['d', 'e'],
    ],
  ],
])('circles: %s', (_, graph, expected) => {
  expect(circlesOf(new Map(Object.entries(graph)))).toEqual(expected);
});
