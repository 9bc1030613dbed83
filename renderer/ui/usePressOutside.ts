import { useEffect, useRef, type RefObject } from 'react';

/**
 * Calls `leave` for a press anywhere but in `inside`, and with `orAway` when the window loses the focus or changes its size,
 * while `isOpen`. The press goes on to what it was meant for.
 */
export function usePressOutside(
  inside: readonly RefObject<Element | null>[],
  leave: () => void,
  { isOpen = true, orAway = false }: { readonly isOpen?: boolean; readonly orAway?: boolean } = {},
): void {
  const latest = useRef({ inside, leave });
  useEffect(() => {
    latest.current = { inside, leave };
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    const away = (): void => latest.current.leave();
    const pressed = ({ target }: Event): void => {
      const isIn =
        target instanceof Node && latest.current.inside.some(({ current }) => current?.contains(target));
      if (!isIn) away();
    };
    document.addEventListener('pointerdown', pressed, true);
    if (orAway) for (const name of ['blur', 'resize']) window.addEventListener(name, away);
    return () => {
      document.removeEventListener('pointerdown', pressed, true);
      for (const name of ['blur', 'resize']) window.removeEventListener(name, away);
    };
  }, [isOpen, orAway]);
}
