import { useCallback, useRef, useState, type ReactNode } from 'react';
import type { SourceInfo } from '../../../shared/ipc/source';
import { useActions, useApp, useT } from '../../store/hooks';
import { answers, sourceName } from '../../store/sources';
import { IconButton } from '../../ui/Button';
import { Popover } from '../../ui/Popover';
import type { IconName } from '../../ui/Icon';
import { useDropClass } from '../drag/useDrop';
import { sourceIcon } from '../sourceIcon';
import { Sidebar } from './Sidebar';

/** Parts of the sidebar that the rail leads to, by the heading that comes into sight. */
type Part = 'top' | 'places' | 'filters';

/** The sidebar as a strip of icons, where the view needs the width: each opens the sidebar over the view. */
export function Rail(): ReactNode {
  const t = useT();
  const onImages = useApp((state) => state.page.kind === 'images');
  const sources = useApp((state) => state.sources);
  const source = useApp((state) => state.source);
  const filters = useApp((state) => state.hiddenFamilies.size > 0 || !state.settings.showDangling);
  const places = useApp((state) => state.workspaces.length + state.mounts.length);
  const [open, setOpen] = useState<Part | null>(null);
  const anchors = {
    top: useRef<HTMLButtonElement>(null),
    places: useRef<HTMLButtonElement>(null),
    filters: useRef<HTMLButtonElement>(null),
  };
  const close = useCallback(() => setOpen(null), []);
  const button = (part: Part, icon: IconName, label: string, on: boolean): ReactNode => (
    <IconButton
      ref={anchors[part]}
      icon={icon}
      label={label}
      className={on ? 'on' : ''}
      data-stands-for={part}
      aria-haspopup="dialog"
      aria-expanded={open === part}
      onClick={() => setOpen(open === part ? null : part)}
    />
  );
  return (
    <aside className="rail" aria-label={t('rail.strip')} data-pane="sidebar">
      {button('top', 'sidebar', t('rail.show'), false)}
      <span className="rail-rule" />
      {sources.map((each) => (
        <RailSource key={each.id} source={each} on={onImages && each.id === source} />
      ))}
      <span className="rail-rule" />
      {places > 0 && button('places', 'workspace', t('rail.places'), !onImages)}
      {button('filters', 'filter', t('rail.filters'), filters)}
      {open && (
        <Popover
          key={open}
          label={t('rail.label')}
          anchor={anchors[open]}
          placement="right"
          onClose={close}
          className="rail-panel"
        >
          <Sidebar />
        </Popover>
      )}
    </aside>
  );
}

/** A place in the strip: a press shows its images, and images that are held can be dropped on it. */
function RailSource({ source, on }: { readonly source: SourceInfo; readonly on: boolean }): ReactNode {
  const t = useT();
  const { showSource } = useActions();
  const drop = useDropClass(source.id);
  return (
    <IconButton
      icon={sourceIcon[source.kind]}
      label={sourceName(source, t)}
      className={[on && 'on', !answers(source) && 'off', drop].filter(Boolean).join(' ')}
      pressed={on}
      data-source={source.id}
      data-stands-for={source.id}
      onClick={() => void showSource(source.id)}
    />
  );
}
