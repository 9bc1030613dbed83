import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import nativePackages from '../../../scripts/lib/nativePackages.json';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = 'electron/cli/commands';

/** What a command must not load before it is known to need it: each takes longer than most commands do. */
const heavy = [/^electron\/engine\//, /^node_modules\/(?:zod|docker-modem|xz-decompress)\//];

let inputs: Metafile['inputs'];

beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['electron/cli/main.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    external: nativePackages.imports,
  });
  inputs = metafile.inputs;
});

/** Files that are loaded with this one. */
function loadedWith(file: string): ReadonlySet<string> {
  const found = new Set([file]);
  for (const each of found)
    for (const { path, kind, external } of inputs[each]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) found.add(path);
  return found;
}

describe('a command loads nothing heavy before it needs it', () => {
  const names = readdirSync(join(root, folder)).filter((name) => name !== 'load.ts');
  test.each(['../main.ts', '../session.ts', ...names])('%s', (name) => {
    const file = join(folder, name);
    expect(inputs[file]).toBeDefined();
    expect([...loadedWith(file)].filter((path) => heavy.some((each) => each.test(path)))).toEqual([]);
  });
});
