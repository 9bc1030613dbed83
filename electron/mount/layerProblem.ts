import type { Digest } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import { TarFault } from '../../shared/layer/tarHeader';
import { diskProblem } from '../worker/jobTools';
import type { LayerMembers } from './layerMembers';
import { TreeFault } from './treeRules';

/** Faults of the file system that the archive is to blame for, and what they say of the member. */
const blamable: ReadonlyMap<string, string> = new Map([
  ['ENAMETOOLONG', 'has a name that is longer than the file system takes'],
  ['EINVAL', 'has something that the file system does not know'],
  ['ELOOP', 'lies behind links that lead in a circle'],
  ['ENOTDIR', 'lies below what is no directory'],
  ['EISDIR', 'is in the place of a directory'],
  ['EMLINK', 'has more names than the file system takes'],
  ['EPERM', 'has something that the system does not let be made'],
  ['E2BIG', 'has an extended attribute that is larger than the file system takes'],
  ['ERANGE', 'has an extended attribute with a name that is longer than the file system takes'],
]);

/** What a fault while a layer is unpacked to `target` means for the person: the layer's, the disk's, or ours. */
export function layerProblem(
  thrown: unknown,
  members: LayerMembers,
  { label: file, digest: entry }: { readonly label: string; readonly digest: Digest },
  target: string,
): unknown {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const atFault = thrown instanceof TarFault || thrown instanceof TreeFault;
  const blamed = atFault ? thrown.message : blamable.get(code);
  if (blamed === undefined) return diskProblem(thrown, target, 'write');
  const reason = members.reason(blamed);
  return problem('layer-invalid', { file, entry, reason }, { cause: thrown });
}
