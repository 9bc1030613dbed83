import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

test.each(['renderer/main.tsx', 'renderer/chart/layoutWorker.ts'])(
  '%s loads nothing that makes code at run time, which its policy forbids, and no schemas',
  async (entry) => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      outdir: 'unused',
      metafile: true,
      platform: 'browser',
      loader: { '.woff2': 'empty', '.svg': 'empty', '.png': 'empty' },
    });
    expect(Object.keys(metafile.inputs).filter((path) => /^node_modules\/zod\//.test(path))).toEqual([]);
  },
);
