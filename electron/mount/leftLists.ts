import { below } from '../../shared/layer/entryPath';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { storedLayerTar } from '../worker/storedLayer';
import { leftOf } from './accessLists';
import { LayerMembers } from './layerMembers';
import { layerProblem } from './layerProblem';
import { LayerTree, type DirectoryNode } from './layerTree';

/** The job `left-lists`. */
export async function leftLists(
  input: JobInput<'left-lists'>,
  tools: JobTools,
): Promise<JobOutput<'left-lists'>> {
  const tree = new LayerTree(Infinity);
  const members = new LayerMembers(tree);
  try {
    for await (const chunk of storedLayerTar(input, tools)) members.feed(chunk);
    members.end();
  } catch (thrown) {
    throw layerProblem(thrown, members, input, input.label);
  }
  const lists = new Map<string, ReadonlyMap<string, Uint8Array>>();
  const waiting: { readonly path: string; readonly node: DirectoryNode }[] = [{ path: '', node: tree.root }];
  const take = (path: string, { metadata }: Pick<DirectoryNode, 'metadata'>): void => {
    const left = leftOf(metadata.xattrs, input.style);
    if (left) lists.set(path, left);
  };
  take('', tree.root);
  for (let next = waiting.pop(); next; next = waiting.pop())
    for (const [name, node] of next.node.children) {
      const path = below(next.path, name);
      if (node.kind !== 'symlink') take(path, node);
      if (node.kind === 'directory') waiting.push({ path, node });
    }
  return { lists };
}
