import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** Packages that a program loads when it starts: what it imports straight, not what it imports when it is wanted. */
async function loadedAtStart(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  const { inputs }: Metafile = metafile;
  const found = new Set<string>();
  const waiting = [entry];
  const seen = new Set(waiting);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const { path, kind, external } of inputs[next]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external) found.add(path);
      else if (!seen.has(path)) {
        seen.add(path);
        waiting.push(path);
      }
    }
  return [...found];
}

/** The module of system calls is a binary: where it cannot be loaded images can be looked at all the same. */
test.each(['electron/main.ts', 'electron/cli/main.ts', 'electron/cli/commands/images.ts'])(
  '%s starts without the C library',
  async (entry) => {
    expect(await loadedAtStart(entry)).not.toContain('koffi');
  },
);

test('what needs it says so', async () => {
  expect(await loadedAtStart('electron/system/removeBeneath.ts')).toContain('koffi');
});
