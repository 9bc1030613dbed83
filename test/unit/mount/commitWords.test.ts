import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitWorkspace, type CommitRequest } from '../../../electron/actions/trees/commitWorkspace';
import { inspectImageDocument } from '../../../electron/actions/images/inspectImage';
import { quietRun, problemFacts, type TestStore } from '../../setup/temporary';
import { parseImageId } from '../../../shared/image/digest';
import type { ImageSpec } from '../../setup/imageBuilder';
import { changesOf, openWorkspace } from './partialTools';

/** What a commit says of itself, and what its words take in, held to `docker commit`. */

const spec: ImageSpec = {
  names: ['shop:1'],
  config: { OnBuild: ['RUN of-the-base'] },
  history: [{ created_by: 'ADD base', comment: 'of the base', author: 'Ada' }],
  layers: [
    {
      files: [
        { path: 'etc', type: 'directory', mode: 0o755 },
        { path: 'etc/os', content: 'base\n' },
        { path: 'srv/gone/a' },
      ],
    },
  ],
};

const commit = (store: TestStore, more: Partial<CommitRequest>) =>
  commitWorkspace(
    store,
    { workspace: 'own', reference: null, author: '', message: '', changes: [], paths: null, ...more },
    quietRun(),
  );

async function inspected(store: TestStore, more: Partial<CommitRequest>): Promise<Record<string, unknown>> {
  return inspectImageDocument(store, parseImageId((await commit(store, more)).id));
}

describe('who and why', () => {
  test('are those of the commit, and nobody else’s', async () => {
    const { store } = await openWorkspace(spec);
    const first = await inspected(store, { author: 'Grace', message: 'Round prices' });
    expect(first).toMatchObject({ Author: 'Grace', Comment: 'Round prices' });
    // The one below had both.
    const second = await inspected(store, {});
    expect(second).toMatchObject({ Author: '', Comment: '' });
    expect(await inspected(store, { message: 'again' })).toMatchObject({ Author: '', Comment: 'again' });
  });

  test('ONBUILD is kept for the build that comes, without that of the base', async () => {
    const { store } = await openWorkspace({
      ...spec,
      config: { Env: ['A=1'], OnBuild: ['RUN of-the-base'] },
    });
    const { Config } = await inspected(store, {
      changes: ['ONBUILD COPY . /app', 'onbuild RUN make $A', 'ENV B=$A'],
    });
    expect(Config).toMatchObject({ OnBuild: ['COPY . /app', 'RUN make $A'], Env: ['A=1', 'B=1'] });
    // The workspace stands on that one now.
    const next = await inspected(store, {});
    expect(next['Config']).toMatchObject({ Env: ['A=1', 'B=1'] });
    expect(next['Config']).not.toHaveProperty('OnBuild');
  });
});

describe('paths', () => {
  test('a folder takes what changed below it, also where it changed itself or is gone', async () => {
    const { store, merged } = await openWorkspace(spec);
    mkdirSync(join(merged, 'srv/new/deep'), { recursive: true });
    writeFileSync(join(merged, 'srv/new/deep/file'), 'x');
    writeFileSync(join(merged, 'srv/newer'), 'x');
    writeFileSync(join(merged, 'etc/os'), 'changed');
    rmSync(join(merged, 'srv/gone'), { recursive: true });
    const paths = (await changesOf(store)).map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['srv/new', 'srv/new/deep', 'srv/new/deep/file', 'srv/newer', 'etc/os']),
    );
    expect(await commit(store, { paths: ['srv/new'], below: true })).toMatchObject({ changes: 3 });
    await problemFacts(commit(store, { paths: ['usr'], below: true }), 'change-not-found');
    expect(await commit(store, { paths: ['./etc/', '/srv/./gone'], below: true })).toMatchObject({ stay: 1 });
    expect(await commit(store, { paths: [''], below: true })).toMatchObject({ changes: 1, stay: 0 });
  });
});
