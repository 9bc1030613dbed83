import { expect, test } from 'vitest';
import { LayerMembers } from '../../../electron/mount/layerMembers';
import { layerProblem } from '../../../electron/mount/layerProblem';
import { LayerTree } from '../../../electron/mount/layerTree';
import type { Digest } from '../../../shared/image/digest';
import { problemOf } from '../../../shared/image/problem';
import { tarOf } from '../../setup/imageBuilder';

const label = { label: 'a:1', digest: `sha256:${'0'.repeat(64)}` as Digest };

/** What is said when the file system refuses the member `a/b` with a code. */
function said(code: string): ReturnType<typeof problemOf> {
  const members = new LayerMembers(new LayerTree(100));
  members.feed(tarOf([{ path: 'a/b' }]));
  return problemOf(layerProblem(Object.assign(new Error(code), { code }), members, label, '/store/fs'));
}

test.each(['ENAMETOOLONG', 'EINVAL', 'ELOOP', 'ENOTDIR', 'EISDIR', 'EMLINK', 'EPERM', 'E2BIG', 'ERANGE'])(
  'a member that the file system refuses with %s is at fault, in words, not the place',
  (code) => {
    const { code: found, facts } = said(code);
    expect(found).toBe('layer-invalid');
    expect((facts as { reason: string }).reason).toMatch(/^system-[a-z-]+$/);
    expect((facts as { member: string }).member).toBe('a/b');
  },
);

test('a disk that fails is named as that', () => {
  expect(said('EIO')).toEqual({ code: 'file-unwritable', facts: { path: 'fs', reason: 'EIO' } });
});
