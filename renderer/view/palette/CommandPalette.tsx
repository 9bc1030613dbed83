import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { shortDigest } from '../../../shared/image/digest';
import { platformTwins } from '../../../shared/graph/platformTwins';
import { displayName } from '../../../shared/graph/sharing';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { useFocusBack } from '../../ui/focusBack';
import { Icon, type IconName } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { ModalFrame } from '../../ui/overModal';
import { commandsFor } from '../commands/commands';
import { bestFirst, bestName, chosenAtFirst, inOrder, type Match, matchText } from './matchText';

interface Option {
  readonly id: string;
  readonly group: 'palette.forSelection' | 'palette.anywhere' | 'palette.images';
  readonly icon: IconName | undefined;
  readonly label: string;
  readonly match: Match;
  readonly detail: string;
  readonly shortcut: string | undefined;
  readonly takesAway: boolean;
  readonly disabledReason: string | null;
  readonly run: () => void;
}

const imagesListed = 8;

/** Search over commands and images: type, choose with the arrows, run with Enter. */
export function CommandPalette(): ReactNode {
  const t = useT();
  const { setPalette, revealImage } = useActions();
  const index = useApp((state) => state.index);
  const selected = useApp((state) => state.selection.images);
  const [text, setText] = useState('');
  /** What was chosen; null until somebody chooses. */
  const [at, setAt] = useState<number | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);

  const { options, more } = useMemo(() => {
    const commands = commandsFor().flatMap((command): Option[] => {
      const match = matchText(command.label, text) ?? unmarked(matchText(command.english, text));
      if (!match || command.id === 'palette') return [];
      if (command.disabledReason !== null && text === '') return [];
      const group = command.group === 'selection' ? 'palette.forSelection' : 'palette.anywhere';
      return [{ ...command, group, match, detail: command.disabledReason ?? '' }];
    });
    const twins = platformTwins(index?.graph.images ?? []);
    const images = (index?.graph.images ?? []).flatMap((image): Option[] => {
      if (text.trim() === '') return [];
      // Found by a further name, an image is called so here: what was typed is what is looked for.
      const byName = bestName(
        image.names.map((name) => visibleText(name)),
        text,
      );
      const label = byName?.name ?? visibleText(displayName(image));
      const byId =
        image.id.slice(7).startsWith(text.trim().toLowerCase()) || image.id.startsWith(text.trim());
      if (!byName && !byId) return [];
      return [
        {
          id: image.id,
          group: 'palette.images',
          icon: 'store',
          label,
          match: byName?.match ?? { score: 3, marks: [] },
          detail: [visibleText(twins.get(image.id) ?? ''), shortDigest(image.id), formatBytes(image.size)]
            .filter((part) => part !== '')
            .join('  '),
          shortcut: undefined,
          takesAway: false,
          disabledReason: null,
          run: () => revealImage(image.id),
        },
      ];
    });
    const best = (list: readonly Option[]): readonly Option[] => (text === '' ? list : inOrder(list));
    const shown = best(images).slice(0, imagesListed);
    const forSelection = best(commands.filter(({ group }) => group === 'palette.forSelection'));
    const anywhere = best(commands.filter(({ group }) => group === 'palette.anywhere'));
    return {
      options: bestFirst([forSelection, shown, anywhere]).flat(),
      more: images.length - shown.length,
    };
    // `selected` is read through commandsFor.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, index, selected]);

  const place = at === null ? chosenAtFirst(options) : Math.min(at, Math.max(0, options.length - 1));
  useFocusBack(dialog, (element) => {
    element.showModal();
    return () => element.close();
  });
  useEffect(() => {
    document.getElementById(`option-${place}`)?.scrollIntoView({ block: 'nearest' });
  }, [place]);

  const close = (): void => setPalette(false);
  const run = (option: Option | undefined): void => {
    if (!option || option.disabledReason !== null) return;
    close();
    // After the palette has given the focus back, so that what opens next gets it.
    queueMicrotask(option.run);
  };
  const keyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const count = Math.max(1, options.length);
      setAt(
        Math.abs(step) === 1
          ? (Math.max(place, step > 0 ? -1 : 0) + step + count) % count
          : Math.max(0, Math.min(count - 1, place + step)),
      );
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(options[place]);
    } else if (event.key === 'Escape' || ((event.ctrlKey || event.metaKey) && event.key === 'k')) {
      event.preventDefault();
      close();
    }
  };

  let group = '';
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('palette.label')}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={keyDown}
      onPointerDown={(event) => event.target === dialog.current && close()}
    >
      <div className="palette-box">
        <div className="palette-query">
          <Icon name="search" />
          <input
            type="text"
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-options"
            aria-activedescendant={place >= 0 && options.length > 0 ? `option-${place}` : undefined}
            aria-label={t('palette.label')}
            placeholder={t('palette.placeholder')}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(null);
            }}
          />
          {selected.length > 0 && (
            <span className="tag plain">{t('app.selected', { images: selected.length })}</span>
          )}
        </div>
        <div
          id="palette-options"
          role="listbox"
          aria-label={t('palette.label')}
          className="palette-options scroll"
        >
          {options.length === 0 && (
            <p className="palette-nothing t2">{t('palette.nothing', { text: text.trim() })}</p>
          )}
          {options.map((option, i) => {
            const head = option.group === group ? null : option.group;
            group = option.group;
            return (
              <div key={option.id} role="presentation">
                {head && (
                  <div role="presentation" className="palette-group">
                    {t(head)}
                  </div>
                )}
                <div
                  id={`option-${i}`}
                  role="option"
                  aria-selected={i === place}
                  aria-disabled={option.disabledReason !== null}
                  className={i === place ? 'palette-option on' : 'palette-option'}
                  onPointerMove={() => setAt(i)}
                  onClick={() => run(option)}
                >
                  {option.icon ? <Icon name={option.icon} /> : <span className="menu-gap" />}
                  <span className="ell">
                    <Marked text={option.label} marks={option.match.marks} />
                  </span>
                  <span className="t3 f12 ell">{option.detail}</span>
                  {option.shortcut !== undefined && (
                    <span className="right">
                      <Kbd>{option.shortcut}</Kbd>
                    </span>
                  )}
                </div>
              </div>
            );
          })}
          {more > 0 && <p className="palette-more t3 f11">{t('palette.more', { count: more })}</p>}
        </div>
        <div className="palette-foot">
          <span>
            <Kbd>↑</Kbd> <Kbd>↓</Kbd> {t('palette.choose')}
          </span>
          <span>
            <Kbd>{t('key.enter')}</Kbd> {t('palette.run')}
          </span>
          <span className="right">
            <Kbd>{t('key.escape')}</Kbd> {t('palette.close')}
          </span>
        </div>
      </div>
      <ModalFrame />
    </dialog>
  );
}

/** A match whose places are of another text. */
const unmarked = (match: Match | null): Match | null => match && { ...match, marks: [] };

/** A label with the letters that matched set off. */
function Marked({ text, marks }: { readonly text: string; readonly marks: Match['marks'] }): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of marks) {
    parts.push(text.slice(from, start), <mark key={start}>{text.slice(start, end)}</mark>);
    from = end;
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}
