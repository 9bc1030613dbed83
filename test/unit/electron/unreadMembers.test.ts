import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeArchive } from '../../../electron/worker/writeArchive';
import { problemOf } from '../../../shared/image/problem';
import { temporaryFolder } from '../../setup/temporary';

/** A blob that is to be written to an archive and cannot be opened: only one that is not there is missing. */

test('what the system does not open now is not taken for a blob that is missing', async () => {
  const folder = await temporaryFolder();
  const digest = `sha256:${'0'.repeat(64)}`;
  const fault = async (file: string): Promise<unknown> => {
    const sizes = { offset: 0, size: 1, outSize: 1 };
    const member = { kind: 'range', name: 'a', file, ...sizes, decompress: false, expect: digest } as const;
    const input = { target: join(folder, 'out.tar'), members: [member], label: 'x' };
    return writeArchive(input, { tick: () => undefined }).then(() => null, problemOf);
  };
  expect(await fault(join(folder, 'x'.repeat(300)))).toMatchObject({
    code: 'file-unreadable',
    facts: { reason: 'ENAMETOOLONG' },
  });
  expect(await fault(join(folder, 'gone'))).toMatchObject({
    code: 'blob-damaged',
    facts: { reason: 'missing' },
  });
});
