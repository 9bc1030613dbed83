import { useEffect, useRef, useState } from 'react';
import type { ChangeSet } from '../../../shared/layer/change';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { useBridge } from '../../store/hooks';

/** Shortest time between two looks, milliseconds. */
const pace = 900;
/** Longest rest, milliseconds: nobody should have to wait longer to see a change. */
const patience = 15_000;

/**
 * How long to rest after a look that took `took` milliseconds and after which `still` looks in a row have found nothing
 * new. A look costs as much as there are changed files, so the more it takes, and the longer nothing happens, the rarer
 * it gets: few files are looked at every second, very many every 15.
 */
export function restAfter(took: number, still: number): number {
  return Math.max(pace, Math.min(patience, 4 * took * (1 + still)));
}

/** What a workspace changed, read again and again while the page is in sight. */
export function useChanges(
  name: string,
  revision: string,
): { readonly changes: ChangeSet | null; readonly problem: Problem | null; readonly again: () => void } {
  const bridge = useBridge();
  const [changes, setChanges] = useState<ChangeSet | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [round, setRound] = useState(0);
  const known = useRef<string | null>(null);
  useEffect(() => {
    let live = true;
    let timer = 0;
    let still = 0;
    known.current = null;
    const look = async (): Promise<void> => {
      if (!document.hidden) {
        const began = performance.now();
        const reply = await bridge.request['workspace.changes']({ name, known: known.current }).catch(
          (thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }),
        );
        if (!live) return;
        if (!reply.ok) {
          // It rests until somebody asks again: what is wrong will not right itself.
          setProblem(reply.problem);
          return;
        }
        setProblem(null);
        if (reply.value) {
          known.current = reply.value.fingerprint;
          setChanges(reply.value);
        }
        still = reply.value ? 0 : still + 1;
        timer = window.setTimeout(() => void look(), restAfter(performance.now() - began, still));
      } else timer = window.setTimeout(() => void look(), pace);
    };
    void look();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [bridge, name, revision, round]);
  return { changes, problem, again: () => setRound((n) => n + 1) };
}
