import { useEffect, useRef, useState } from 'react';
import type { ChangeSet } from '../../../shared/layer/change';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { useBridge } from '../../store/hooks';

/** Shortest time between two looks, milliseconds; a look that takes long is followed by a longer rest. */
const pace = 900;

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
        timer = window.setTimeout(() => void look(), Math.max(pace, 4 * (performance.now() - began)));
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
