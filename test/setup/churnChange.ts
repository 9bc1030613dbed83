import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `churn.ts` changes in a tree of `changedImage`. */
export function change(tree: string): void {
  writeFileSync(join(tree, 'etc', 'cover'), 'new\n');
  rmSync(join(tree, 'etc', 'gone'));
  rmSync(join(tree, 'opaque'), { recursive: true });
  mkdirSync(join(tree, 'opaque'));
  for (let i = 0; i < 50; i++) writeFileSync(join(tree, 'opaque', `file-${i}`), `${i}\n`.repeat(200));
}
