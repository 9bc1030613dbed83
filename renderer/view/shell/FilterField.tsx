import { useCallback, useRef, useState, type ReactNode } from 'react';
import { parseFilter } from '../../../shared/graph/filterQuery';
import { appState, useActions, useApp, useT } from '../../store/hooks';
import { IconButton } from '../../ui/Button';
import { TextInput } from '../../ui/Field';
import { Kbd } from '../../ui/Kbd';
import { useFiltered } from '../useFiltered';
import { FilterPopover } from './FilterPopover';
import { useNoSlices } from './useNoSlices';

/**
 * The filter of every view, at the end of the view bar: `/` goes there, Enter flies to the first match and on to the
 * next, Esc empties it and goes back.
 */
export function FilterField({ shown }: { readonly shown: number }): ReactNode {
  const t = useT();
  const { setFilter, revealImage } = useActions();
  const filter = useApp((state) => state.filter);
  const all = useApp((state) => state.graph?.images.length ?? 0);
  const filtered = useFiltered();
  const field = useRef<HTMLDivElement>(null);
  useNoSlices(field);
  const input = useRef<HTMLInputElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const { unclear, tokens } = parseFilter(filter);
  /** Goes to the match after (or before) the selected one, round and round. */
  const goOn = (by: 1 | -1): void => {
    const images = filtered?.images ?? [];
    const [selected] = appState().selection.images;
    const at = images.findIndex(({ id }) => id === selected);
    const next =
      images[at < 0 ? (by > 0 ? 0 : images.length - 1) : (at + by + images.length) % images.length];
    if (next) revealImage(next.id);
  };
  return (
    <div ref={field} className="filter-field">
      <IconButton
        ref={more}
        icon="filter"
        size="sm"
        label={t('filter.open')}
        pressed={tokens.length > 0}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && <FilterPopover anchor={more} onClose={close} />}
      {unclear.length > 0 && (
        <span id="filter-unclear" className="visually-hidden" role="status">
          {t('filter.unclear', { text: unclear.join(' ') })}
        </span>
      )}
      <TextInput
        ref={input}
        id="filter"
        size="sm"
        look="soft"
        icon="search"
        value={filter}
        placeholder={t('app.filter.placeholder')}
        aria-label={t('app.filter')}
        onChange={setFilter}
        invalid={unclear.length > 0}
        aria-describedby={unclear.length > 0 ? 'filter-unclear' : undefined}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && filter !== '') {
            event.preventDefault();
            goOn(event.shiftKey ? -1 : 1);
          }
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (filter !== '') setFilter('');
          else document.querySelector<HTMLElement>('[data-pane-focus]')?.focus();
        }}
        after={
          filter === '' ? (
            <Kbd>/</Kbd>
          ) : (
            <>
              <span className="num f11 t3" role="status">
                {t('app.filter.count', { shown, all })}
              </span>
              <IconButton
                icon="close"
                size="sm"
                iconSize={12}
                label={t('app.filter.clear')}
                onClick={() => {
                  setFilter('');
                  input.current?.focus();
                }}
              />
            </>
          )
        }
      />
    </div>
  );
}
