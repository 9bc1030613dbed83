import type { NodeFacts } from '../../../shared/layer/change';
import type { ChangeRow } from '../../../shared/layer/changeRows';
import type { Translate } from '../../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../../shared/text/format';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
const owner = ({ uid, gid }: NodeFacts): string => `${uid}:${gid}`;

/** Files that a change of one kind of thing into another is not: what was done, in a few words. */
export function changeText({ change, files, folded }: ChangeRow, t: Translate): string {
  const { kind, before, after, aspects, changedBytes, hiddenBytes } = change;
  if (kind === 'removed')
    return t(before?.type === 'directory' ? 'workspace.what.directoryGone' : 'workspace.what.whiteout', {
      size: formatBytes(hiddenBytes),
    });
  if (kind === 'added') {
    if (after?.type === 'directory')
      return t('workspace.what.newDirectory', { count: folded > 0 ? files : 0 });
    if (after?.type === 'symlink') return t('workspace.what.newLink', { target: visibleText(after.target) });
    return t(after?.type === 'file' ? 'workspace.what.newFile' : 'workspace.what.newNode');
  }
  const parts: string[] = [];
  for (const aspect of aspects) {
    if (aspect === 'content')
      parts.push(
        changedBytes === null
          ? t('workspace.what.edited')
          : t('workspace.what.editedBytes', { size: formatBytes(changedBytes) }),
      );
    else if (aspect === 'mode' && before && after)
      parts.push(t('workspace.what.mode', { from: octal(before.mode), to: octal(after.mode) }));
    else if (aspect === 'owner' && before && after)
      parts.push(t('workspace.what.owner', { from: owner(before), to: owner(after) }));
    else if (aspect === 'target' && after)
      parts.push(t('workspace.what.target', { target: visibleText(after.target) }));
    else if (aspect === 'xattrs') parts.push(t('workspace.what.xattrs'));
    else if (aspect === 'type') parts.push(t('workspace.what.type'));
  }
  if (parts.length > 0) return parts.join(' · ');
  return t(change.onlyParent ? 'workspace.what.parent' : 'workspace.what.times');
}
