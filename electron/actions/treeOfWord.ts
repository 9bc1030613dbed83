import type { ActionContext } from './context';
import type { TreeName } from './openTree';
import { resolveImage } from './resolveImage';
import { readStoreView } from './storeView';
import { readWorkspaces } from './workspaceRecords';

/** What a word on the command line names: a workspace, else an image, of this platform where it has several. Throws `image-not-found`, `image-ambiguous`. */
export async function treeOfWord(
  context: ActionContext,
  word: string,
  platform: string | null = null,
): Promise<Exclude<TreeName, { readonly mount: string }>> {
  const workspaces = await readWorkspaces(context.store.directory);
  if (workspaces.some(({ name }) => name === word)) return { workspace: word };
  return { image: resolveImage((await readStoreView(context)).graph, word, platform).image.id };
}
