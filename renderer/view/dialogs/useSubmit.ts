import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../shared/image/problem';
import { useActions } from '../../store/hooks';

/** How far what a dialog does has come. */
interface Submit {
  /** It was asked for and is not answered yet. */
  readonly busy: boolean;
  /** Why it was refused. */
  readonly failed: Problem | null;
  /**
   * Does it, once at a time: a second Enter before the answer does nothing. `run` answers why it was refused, or whether it has begun:
   * false where the person was asked something else on the way, and gave that up.
   */
  readonly submit: (run: () => Promise<Problem | null | boolean>) => void;
  /** Forgets why it was refused. */
  readonly forget: () => void;
}

/** Does what a dialog asks for, and closes the dialog once that has begun; where it is refused, the dialog stays and says why. */
export function useSubmit(): Submit {
  const { closeDialog } = useActions();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  // Not the state: two keys may come before it is drawn again.
  const asked = useRef(false);
  const stands = useRef(true);
  useEffect(() => {
    stands.current = true;
    return () => void (stands.current = false);
  }, []);
  const submit: Submit['submit'] = (run) => {
    if (asked.current) return;
    asked.current = true;
    setBusy(true);
    setFailed(null);
    void run().then((answer) => {
      // Where the person has closed it meanwhile, another may be open.
      if (!stands.current) return;
      asked.current = false;
      setBusy(false);
      if (answer === null || answer === true) closeDialog();
      else if (answer !== false) setFailed(answer);
    });
  };
  return { busy, failed, submit, forget: () => setFailed(null) };
}
