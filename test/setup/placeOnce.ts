import { closeSync, constants, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { draftName, spareName } from '../../electron/store/drafts';
import { placeFile } from '../../electron/mount/placeFile';
import { ProblemError } from '../../shared/image/problem';

// Puts one draft into the place of `NAME` in a folder, until `STRATIGRAPH_FAIL_POINT` ends it; see placeFile.test.ts.

const [folder = '', name = '', kind = ''] = process.argv.slice(2);
/** open(2), O_TMPFILE. */
const temporary = 0o20000000 | constants.O_DIRECTORY | constants.O_RDWR;
const held = kind === 'held' ? openSync(folder, temporary, 0o600) : null;
const named = `${folder}/${draftName()}`;
if (held !== null) writeFileSync(held, 'ours');
else if (kind === 'file') writeFileSync(named, 'ours');
else symlinkSync('ours', named);
try {
  const draft = held === null ? named : `/proc/self/fd/${held}`;
  placeFile({ draft, folder, name, spare: spareName() }, { tick: () => undefined });
} catch (thrown) {
  if (!(thrown instanceof ProblemError)) throw thrown;
  process.stdout.write(thrown.problem.code);
} finally {
  if (held !== null) closeSync(held);
}
