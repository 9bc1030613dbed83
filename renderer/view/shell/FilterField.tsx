import { useRef, type ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { IconButton } from '../../ui/Button';
import { TextInput } from '../../ui/Field';
import { Kbd } from '../../ui/Kbd';

/** The filter of both views, at the end of the view bar; `/` goes there, Esc empties it and goes back. */
export function FilterField({ shown }: { readonly shown: number }): ReactNode {
  const t = useT();
  const { setFilter } = useActions();
  const filter = useApp((state) => state.filter);
  const all = useApp((state) => state.graph?.images.length ?? 0);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="filter-field">
      <TextInput
        ref={input}
        id="filter"
        size="sm"
        look="soft"
        icon="filter"
        value={filter}
        placeholder={t('app.filter.placeholder')}
        aria-label={t('app.filter')}
        onChange={setFilter}
        onKeyDown={(event) => {
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
