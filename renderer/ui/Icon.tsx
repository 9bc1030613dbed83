import type { ReactNode } from 'react';

/** Drawings on a 16 px grid with a stroke of 1.5. */
const drawings = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  graph: (
    <>
      <circle cx="3.5" cy="8" r="1.75" />
      <circle cx="12.5" cy="3.5" r="1.75" />
      <circle cx="12.5" cy="12.5" r="1.75" />
      <path d="M5.25 8c3.5 0 2.2-4.5 5.5-4.5M5.25 8c3.5 0 2.2 4.5 5.5 4.5" />
    </>
  ),
  map: (
    <>
      <rect x="2" y="2.5" width="12" height="11" rx="1.25" />
      <path d="M8.5 2.5v11M8.5 7.5H14M2 9.5h6.5" />
    </>
  ),
  overlap: (
    <>
      <path d="M2.5 2.5h3v3h-3zM6.5 6.5h3v3h-3zM10.5 10.5h3v3h-3z" />
      <path d="M8 4h5.5M12 2.5v5.5M4 8v5.5M2.5 12H8" strokeOpacity=".45" />
    </>
  ),
  strata: (
    <>
      <path d="M2 12.75h12M2 9.75h12M2 6.75h8M2 3.75h4" />
      <path d="M10 6.75v3M6 3.75v3" />
    </>
  ),
  table: (
    <>
      <rect x="2" y="2.75" width="12" height="10.5" rx="1.25" />
      <path d="M2 6.25h12M2 9.75h12M6.5 6.25v7" />
    </>
  ),
  load: <path d="M8 2.5v7M5.25 6.75 8 9.5l2.75-2.75M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2" />,
  save: <path d="M8 9.5v-7M5.25 5.25 8 2.5l2.75 2.75M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2" />,
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  check: <path d="m3 8.5 3.2 3.2L13 5" />,
  chevronDown: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  chevronRight: <path d="m6.5 4.5 3.5 3.5-3.5 3.5" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.25" />
      <path d="M10.5 5.5V3.75c0-.7-.55-1.25-1.25-1.25h-5.5c-.7 0-1.25.55-1.25 1.25v5.5c0 .7.55 1.25 1.25 1.25H5.5" />
    </>
  ),
  terminal: (
    <>
      <rect x="2" y="2.75" width="12" height="10.5" rx="1.5" />
      <path d="m4.75 6 2 2-2 2M8.5 10.25h2.75" />
    </>
  ),
  file: (
    <>
      <path d="M4 2.25h5L12.25 5.5v8.25h-8.5V2.25z" />
      <path d="M8.75 2.5v3.25H12" />
    </>
  ),
  folder: (
    <path d="M2 4.25c0-.7.55-1.25 1.25-1.25h3l1.5 1.75h5c.7 0 1.25.55 1.25 1.25v5.75c0 .7-.55 1.25-1.25 1.25h-9.5C2.55 13 2 12.45 2 11.75z" />
  ),
  link: (
    <path d="M6.75 9.25a2.4 2.4 0 0 0 3.4 0l2.2-2.2a2.4 2.4 0 0 0-3.4-3.4l-.7.7M9.25 6.75a2.4 2.4 0 0 0-3.4 0l-2.2 2.2a2.4 2.4 0 0 0 3.4 3.4l.7-.7" />
  ),
  warning: (
    <>
      <path d="M8 2.5 14.25 13.25H1.75z" />
      <path d="M8 6.5v3.25M8 11.5v.01" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 7.5v3.25M8 5.25v.01" />
    </>
  ),
  store: <path d="M2.25 5 8 2.25 13.75 5 8 7.75zM2.25 8 8 10.75 13.75 8M2.25 11 8 13.75 13.75 11" />,
  engine: (
    <>
      <rect x="2.25" y="7" width="11.5" height="6" rx="1.25" />
      <path d="M4.5 7V3h7v4M6.75 3v4M9.25 3v4M4.75 10h1" />
    </>
  ),
  docker: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.25" />
      <path d="M6 5v6h1.5a3 3 0 0 0 0-6z" />
    </>
  ),
  podman: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.25" />
      <path d="M6.25 11.25V4.75H8.5a2 2 0 0 1 0 4H6.25" />
    </>
  ),
  archive: (
    <>
      <rect x="2" y="2.75" width="12" height="3" rx=".75" />
      <path d="M3 5.75v6.5c0 .55.45 1 1 1h8c.55 0 1-.45 1-1v-6.5M6.5 8.5h3" />
    </>
  ),
  filter: <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />,
  delete: <path d="M2.75 4.25h10.5M6 4.25V2.75h4v1.5M4 4.25l.6 9h6.8l.6-9M6.75 7v3.75M9.25 7v3.75" />,
  tag: (
    <>
      <path d="M2.5 7.5v-5h5l6 6-5 5z" />
      <path d="M5.25 5.25v.01" />
    </>
  ),
  edit: <path d="M9.75 3.75 3 10.5 2.5 13.5l3-.5 6.75-6.75zM8.5 5l2.5 2.5" />,
  more: <path d="M3.5 8v.01M8 8v.01M12.5 8v.01" strokeWidth="2.2" />,
  fit: <path d="M2.5 6v-3.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  minus: <path d="M3 8h10" />,
  minimize: <path d="M3.5 8.5h9" />,
  maximize: <rect x="3.75" y="3.75" width="8.5" height="8.5" rx=".5" />,
  settings: (
    <>
      <circle cx="8" cy="8" r="2.1" />
      <path d="M8 1.9v1.9M8 12.2v1.9M1.9 8h1.9M12.2 8h1.9M3.7 3.7 5 5M11 11l1.3 1.3M3.7 12.3 5 11M11 5l1.3-1.3" />
    </>
  ),
  sidebar: (
    <>
      <rect x="2" y="2.75" width="12" height="10.5" rx="1.5" />
      <path d="M6 2.75v10.5" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.75V8l2.25 1.5" />
    </>
  ),
  sort: <path d="m5 6.5 3 3 3-3" />,
  chevronUp: <path d="m4.5 9.5 3.5-3.5 3.5 3.5" />,
  restore: (
    <>
      <rect x="3" y="5.25" width="7.75" height="7.75" rx=".5" />
      <path d="M5.25 5.25V3h7.75v7.75h-2.25" />
    </>
  ),
  inspector: (
    <>
      <rect x="2" y="2.75" width="12" height="10.5" rx="1.5" />
      <path d="M10 2.75v10.5" />
    </>
  ),
  keyboard: (
    <>
      <rect x="1.75" y="4" width="12.5" height="8" rx="1.25" />
      <path d="M4.5 6.75v.01M7 6.75v.01M9.5 6.75v.01M11.75 6.75v.01M5.5 9.5h5" />
    </>
  ),
  undo: <path d="M5.5 3 2.75 5.75 5.5 8.5M3 5.75h6.25a3.25 3.25 0 0 1 0 6.5H6" />,
  retry: <path d="M13 8a5 5 0 1 1-1.5-3.55M13 2.5v2.75h-2.75" />,
  workspace: <path d="M9.75 3.75 3 10.5 2.5 13.5l3-.5 6.75-6.75zM8.5 5l2.5 2.5M9 13.5h4.5" />,
  layers: <path d="M2.25 5.5 8 2.75l5.75 2.75L8 8.25zM2.25 8.5 8 11.25l5.75-2.75" />,
  compare: <path d="M2.5 3h4v7h-4zM9.5 3h4v7h-4zM2.5 13h11" />,
  swap: <path d="M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13" />,
  squash: <path d="M3 3.5h10M3 12.5h10M8 4.5v5M6 7.75l2 2 2-2" />,
  play: <path d="M5 3.25v9.5L12.5 8z" />,
  guide: (
    <>
      <path d="M2.5 7 8 2.5 13.5 7M4 6v7.25h8V6" />
      <path d="M6.75 13.25V9.5h2.5v3.75" />
    </>
  ),
  mount: (
    <>
      <path d="M2 4.25c0-.7.55-1.25 1.25-1.25h3l1.5 1.75h5c.7 0 1.25.55 1.25 1.25v5.75c0 .7-.55 1.25-1.25 1.25h-9.5C2.55 13 2 12.45 2 11.75z" />
      <path d="M8 7v4M6.25 9.5 8 11.25l1.75-1.75" />
    </>
  ),
  bulb: (
    <>
      <path d="M5.75 10.25a4 4 0 1 1 4.5 0v1.5h-4.5z" />
      <path d="M6.5 13.75h3" />
    </>
  ),
  back: <path d="M9.5 3.5 5 8l4.5 4.5" />,
  prune: <path d="M2.5 5h11M4.25 8h7.5M6 11h4M3 13.25 13 2.75" />,
} as const satisfies Record<string, ReactNode>;

/** Name of a drawing. */
export type IconName = keyof typeof drawings;

interface Props {
  readonly name: IconName;
  /** CSS pixels; 16 unless told. */
  readonly size?: 12 | 14 | 16 | 20;
}

/** An icon in the colour of the text around it. Decoration for screen readers: the control beside it has the name. */
export function Icon({ name, size = 16 }: Props): ReactNode {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {drawings[name]}
    </svg>
  );
}
