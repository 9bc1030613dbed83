import { expect, test } from 'vitest';
import { decodeName, encodeName } from '../../../shared/layer/entryPath';
import { nameBytes, NameTally } from '../../../shared/layer/nameTally';
import { EntryCount, LayerStack } from '../../../shared/layer/stackLayers';
import { seeded } from '../../setup/randomLayers';

const below = seeded(20_261_128);

test('bytes of a name are those that are written for it', () => {
  for (let i = 0; i < 2000; i++) {
    const bytes = Uint8Array.from({ length: below(24) }, () =>
      below(2) === 0 ? below(256) : (Buffer.from('aé語😀')[below(10)] ?? 0),
    );
    const name = decodeName(bytes);
    expect(encodeName(name)).toEqual(bytes);
    expect(nameBytes(name), JSON.stringify(name)).toBe(bytes.length);
  }
});

/** Directories that a tree of these names has, the names themselves left out. */
function impliedBy(names: readonly string[]): number {
  const all = new Set<string>();
  for (const name of names)
    for (
      let slash = name.indexOf('/');
      slash >= 0 && slash < name.length - 1;
      slash = name.indexOf('/', slash + 1)
    )
      all.add(name.slice(0, slash));
  for (const name of names) all.delete(name.replace(/\/$/, ''));
  return all.size;
}

test('implied directories are never less than a tree has, and just as many where names come as a walk has them', () => {
  for (let i = 0; i < 300; i++) {
    const names = Array.from({ length: 1 + below(30) }, () =>
      Array.from({ length: 1 + below(5) }, () => 'abc'[below(3)]).join('/'),
    );
    const count = (list: readonly string[]): number => {
      const tally = new NameTally();
      for (const name of list) tally.add(name, '');
      return tally.implied;
    };
    expect(count(names)).toBeGreaterThanOrEqual(impliedBy(names));
    const walk = [...new Set(names)].map((name) => name.split('/')).sort((a, b) => compare(a, b));
    const sorted = walk.map((parts) => parts.join('/'));
    expect(count(sorted), sorted.join(' ')).toBe(impliedBy(sorted));
  }
});

/** Name by name, what is in a directory right behind it. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x = '', y = ''] = [a[i], b[i]];
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

test('a stack holds so many entries of all its layers together', () => {
  const stack = new LayerStack<number>(null, 5);
  const files = (...names: string[]) => names.map((path) => ({ kind: 'node', path, data: 1 }) as const);
  stack.add(files('a', 'b', 'c'));
  stack.add(files('a', 'b'));
  expect(() => stack.add(files('c'))).toThrow('entries-many');
  const count = new EntryCount(1);
  count.add('a');
  expect(() => count.add('b')).toThrow('entries-many');
});
