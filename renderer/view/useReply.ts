import { useEffect, useState } from 'react';
import { problemOf, type Problem } from '../../shared/image/problem';
import type { RequestInput, RequestName, RequestOutput } from '../../shared/ipc/contract';
import { isSourceId } from '../../shared/ipc/source';
import { useApp, useBridge } from '../store/hooks';

/** An answer that is awaited, here, or did not come. */
export interface Awaited<T> {
  /** The last answer for this input; kept while it is read again. */
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  /** Asks again. */
  readonly again: () => void;
}

/**
 * Asks whenever `input` changes (by value) or `revision` does, and keeps the stale answer of the same input while it
 * waits; also when a place that it names answers again. `input` null asks nothing.
 */
export function useReply<N extends RequestName>(
  name: N,
  input: RequestInput<N> | null,
  revision = '',
): Awaited<RequestOutput<N>> {
  const bridge = useBridge();
  const key = input === null ? null : JSON.stringify(input);
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{
    key: string;
    value: RequestOutput<N> | null;
    problem: Problem | null;
  } | null>(null);
  const [settled, setSettled] = useState<string | null>(null);
  // An engine that was started, a file that is back: what was said of it meanwhile is not true any more.
  const back = useApp(({ backSince }) =>
    Object.values(input ?? {})
      .filter(isSourceId)
      .map((id) => backSince.get(id) ?? 0)
      .join(),
  );
  const asked = `${key ?? ''} ${revision} ${back} ${round}`;
  useEffect(() => {
    if (key === null) return undefined;
    let live = true;
    bridge.request[name](JSON.parse(key) as RequestInput<N>)
      .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
      .then((reply) => {
        if (!live) return;
        setAnswer((was) =>
          reply.ok
            ? { key, value: reply.value, problem: null }
            : { key, value: was?.key === key ? was.value : null, problem: reply.problem },
        );
        setSettled(asked);
      }, problemOf);
    return () => {
      live = false;
    };
  }, [bridge, name, key, asked]);
  const mine = answer?.key === key ? answer : null;
  return {
    value: mine?.value ?? null,
    problem: mine?.problem ?? null,
    loading: key !== null && settled !== asked,
    again: () => setRound((n) => n + 1),
  };
}
