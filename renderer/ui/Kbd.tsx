import type { ReactNode } from 'react';

/** A key cap: `Ctrl K`. */
export function Kbd({ children }: { readonly children: ReactNode }): ReactNode {
  return <kbd className="kbd">{children}</kbd>;
}
