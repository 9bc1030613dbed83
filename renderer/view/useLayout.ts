import { useEffect, useRef, useState } from 'react';
import { LayoutClient } from '../chart/layoutClient';
import type { LayoutInput, LayoutName, LayoutOutput } from '../chart/layouts';

/** What a layout is asked for; another object asks anew. */
interface Asked<N extends LayoutName> {
  readonly input: LayoutInput<N>;
}

/**
 * The layout of what is asked for, made in the worker; null while it is on its way, and while nothing is asked for.
 * `name` stays what it was first.
 */
export function useLayout<N extends LayoutName>(name: N, asked: Asked<N> | null): LayoutOutput<N> | null {
  const [made, setMade] = useState<{ readonly of: Asked<N>; readonly layout: LayoutOutput<N> } | null>(null);
  const client = useRef<LayoutClient<N> | null>(null);
  const latest = useRef<{ readonly id: number; readonly of: Asked<N> } | null>(null);
  useEffect(() => {
    const layouts = new LayoutClient(name, (layout, id) => {
      if (latest.current?.id === id) setMade({ of: latest.current.of, layout });
    });
    client.current = layouts;
    return () => {
      layouts.close();
      client.current = null;
    };
  }, [name]);
  useEffect(() => {
    if (asked && client.current) latest.current = { id: client.current.request(asked.input), of: asked };
  }, [asked]);
  return asked !== null && made?.of === asked ? made.layout : null;
}
