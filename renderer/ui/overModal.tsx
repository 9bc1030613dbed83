import { createContext, useContext, type ReactNode } from 'react';

/** What a modal dialog leaves within reach: the window's own buttons, where the page draws them. */
export const OverModal = createContext<ReactNode>(null);

/**
 * Stands in each modal dialog, for all else is behind its backdrop and takes no click. A second drawing of the same, in the same place:
 * who hears the page is told of the dialog alone.
 */
export function ModalFrame(): ReactNode {
  const frame = useContext(OverModal);
  return frame === null ? null : (
    <div className="over-modal" aria-hidden="true">
      {frame}
    </div>
  );
}
