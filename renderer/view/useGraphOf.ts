import { useEffect, useState } from 'react';
import { problemOf, type Problem } from '../../shared/image/problem';
import type { SourceId } from '../../shared/ipc/source';
import { useBridge } from '../store/hooks';
import { readGraph, type ReadGraph } from '../store/readGraph';

/** The images of a place other than the one in view, read once; null asks nothing. */
export function useGraphOf(source: SourceId | null): {
  readonly read: ReadGraph | null;
  readonly problem: Problem | null;
} {
  const bridge = useBridge();
  const [found, setFound] = useState<{
    source: SourceId;
    read: ReadGraph | null;
    problem: Problem | null;
  } | null>(null);
  useEffect(() => {
    if (source === null) return undefined;
    let live = true;
    readGraph((name, input) => bridge.request[name](input), source, undefined)
      .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
      .then((reply) => {
        if (!live) return;
        setFound(
          reply.ok
            ? { source, read: reply.value, problem: null }
            : { source, read: null, problem: reply.problem },
        );
      })
      .catch(() => undefined);
    return () => {
      live = false;
    };
  }, [bridge, source]);
  return found !== null && found.source === source ? found : { read: null, problem: null };
}
