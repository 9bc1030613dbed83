import type { ReactNode } from 'react';

/** The icon of the application, as a picture from our own page. */
export function Logo({ size = 20 }: { readonly size?: number }): ReactNode {
  return <img src="icon.svg" width={size} height={size} alt="" draggable={false} />;
}
