import type { ActionContext } from '../ground/context';
import type { TreeName } from './openTree';
import { resolveAt } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';
import { takeKindOf } from './workspaceKind';
import { readWorkspaces } from '../records/workspaceRecords';

/**
 * What a word on the command line names: a workspace, else an image (`IMG[@LAYER]`), of this platform
 * where it has several. Rights are those of the workspace from then on (`takeKindOf`). Throws `image-not-found`, `image-ambiguous`, `layer-not-found`.
 */
export async function treeOfWord(
  context: ActionContext,
  word: string,
  platform: string | null = null,
): Promise<Exclude<TreeName, { readonly mount: string }>> {
  const workspaces = await readWorkspaces(context.store.directory);
  if (workspaces.some(({ name }) => name === word)) {
    await takeKindOf(context, word);
    return { workspace: word };
  }
  const { image, layer } = resolveAt((await readStoreView(context)).graph, word, platform);
  return { image: image.id, upTo: layer };
}
