import { layerNumber } from '../../shared/graph/cutImage';
import type { ChainId } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import { fileTree, findTyped, typedPath, type FileTree, type TreeFile } from '../actions/inside/imageFiles';
import { readStoreView } from '../actions/images/storeView';
import type { Session } from './command';
import { imageAndLayer } from './imageAndLayer';
import type { Parsed } from './parser';

/** A tree that a person named as `IMG[@LAYER]`, and what stands at a path of it, links followed. */
export interface TreeAt {
  readonly tree: FileTree;
  readonly at: TreeFile;
  /** The number of a layer of the image, from the base, 1 up. */
  readonly numberOf: (layer: ChainId) => number | null;
}

/** Finds it. Throws `image-not-found`, `layer-not-found`, `file-not-found`, and what reading a layer throws. */
export async function treeAt(session: Session, parsed: Parsed, name: string, path: string): Promise<TreeAt> {
  const context = await session.context();
  const view = await readStoreView(context);
  const { image, layer } = imageAndLayer(session, view, name, parsed);
  const tree = await fileTree(context, view, image, layer);
  const found = findTyped(tree, path, true);
  if (!found) throw problem('file-not-found', { path: `/${typedPath(path)}` });
  return { tree, at: found.at, numberOf: (chainId) => layerNumber(image, chainId) };
}
