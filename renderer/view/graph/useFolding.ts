import { useCallback, useState } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { appState } from '../../store/hooks';

/** Which runs are unfolded and which subtrees collapsed, by hand. */
export interface Folding {
  /** First layers of the unfolded runs. */
  readonly unfolded: ReadonlySet<ChainId>;
  readonly collapsed: ReadonlySet<ChainId>;
  readonly unfold: (run: readonly ChainId[]) => void;
  /** Folds the run again that a layer is part of. */
  readonly foldAgain: (layer: ChainId) => void;
  readonly collapse: (layer: ChainId) => void;
  readonly expand: (layer: ChainId) => void;
  readonly expandAll: () => void;
  /** Expands whatever hides an image's card; false when nothing does. */
  readonly uncover: (image: ImageId) => boolean;
}

/** What the person folded and unfolded in the graph. */
export function useFolding(): Folding {
  const [unfolded, setUnfolded] = useState<ReadonlySet<ChainId>>(new Set());
  const [collapsed, setCollapsed] = useState<ReadonlySet<ChainId>>(new Set());
  const unfold = useCallback((run: readonly ChainId[]) => {
    const [first] = run;
    if (first !== undefined) setUnfolded((was) => new Set([...was, first]));
  }, []);
  const foldAgain = useCallback((layer: ChainId) => {
    setUnfolded((was) => {
      const { index } = appState();
      const next = new Set(was);
      // The run's first layer is this one or one below it.
      for (let at: ChainId | null = layer; at !== null; at = index?.layers.get(at)?.parent ?? null) {
        if (next.delete(at)) return next;
      }
      return was;
    });
  }, []);
  const collapse = useCallback((layer: ChainId) => setCollapsed((was) => new Set([...was, layer])), []);
  const expand = useCallback(
    (layer: ChainId) => setCollapsed((was) => new Set([...was].filter((other) => other !== layer))),
    [],
  );
  const expandAll = useCallback(() => setCollapsed(new Set()), []);
  const uncover = useCallback(
    (image: ImageId) => {
      const node = appState().index?.images.get(image);
      const over = new Set(node?.layers.filter((layer) => layer !== node.top && collapsed.has(layer)));
      if (over.size === 0) return false;
      setCollapsed((was) => new Set([...was].filter((layer) => !over.has(layer))));
      return true;
    },
    [collapsed],
  );
  return { unfolded, collapsed, unfold, foldAgain, collapse, expand, expandAll, uncover };
}
