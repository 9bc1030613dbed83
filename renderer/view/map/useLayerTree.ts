import { useEffect, useState } from 'react';
import type { ChainId } from '../../../shared/image/digest';
import type { LayerTree } from '../../../shared/ipc/layerTree';
import { useApp, useBridge } from '../../store/hooks';
import { useReply, type Awaited } from '../useReply';

/** Where in which layer the map is. */
export interface LayerPlace {
  readonly layer: ChainId;
  readonly path: string;
  readonly offset: number;
}

/** A directory of a layer, and how far the reading is where its index has to be made again first. */
export interface LayerReading extends Awaited<LayerTree> {
  readonly progress: { readonly done: number; readonly total: number } | null;
}

/** Asks for a directory of a layer; what is still being read when the place changes is stopped. Null asks nothing. */
export function useLayerTree(place: LayerPlace | null): LayerReading {
  const bridge = useBridge();
  const revision = useApp((state) => state.graph?.revision ?? '');
  const source = useApp((state) => state.source);
  const reply = useReply('layer.tree', place && { source, ...place }, revision);
  const [progress, setProgress] = useState<{ layer: ChainId; done: number; total: number } | null>(null);
  const layer = place?.layer ?? null;
  const { loading } = reply;
  useEffect(() => {
    if (layer === null || !loading) return undefined;
    const stop = bridge.on['layer.reading']((step) => {
      if (step.layer === layer) setProgress(step);
    });
    return () => {
      stop();
      setProgress(null);
    };
  }, [bridge, layer, loading]);
  useEffect(() => {
    if (layer === null) return undefined;
    return () => void bridge.request['layer.stop']({ source, layer });
  }, [bridge, source, layer]);
  return { ...reply, progress: progress?.layer === layer ? progress : null };
}
