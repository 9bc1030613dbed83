import type { ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { SourceId } from '../../../shared/ipc/source';
import { translator } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { copyWords, whyNotTaken } from '../../store/copyTargets';
import { appState, currentActions } from '../../store/hooks';
import { imageDrag } from '../../store/imageDrag';

/** A press moves so many CSS pixels before it is a drag. */
const dragFrom = 4;

/** The place of which something in the window stands, as its element says (`data-source`). */
function placeAt(x: number, y: number): SourceId | null {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-source]');
  return appState().sources.find(({ id }) => id === element?.dataset.source)?.id ?? null;
}

/** What dropping on a place would do, and whether it can. */
export function verdictOn(id: SourceId): { readonly text: string; readonly can: boolean } | null {
  const { sources, language } = appState();
  const to = sources.find((each) => each.id === id);
  if (!to) return null;
  const t = translator(language);
  const refused = whyNotTaken(appState(), to, t);
  return { text: refused ?? copyWords(to, t), can: refused === null };
}

/** How the pointer looks while images are held. */
function showCursor(over: SourceId | null | undefined): void {
  const { dataset } = document.documentElement;
  if (over === undefined) delete dataset.dragging;
  else dataset.dragging = over === null ? 'images' : verdictOn(over)?.can === true ? 'can' : 'cannot';
}

/** Swallows the click that ends a drag: what was let go was not clicked. */
function swallowClick(): void {
  const stop = (event: Event): void => event.stopPropagation();
  window.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', stop, true), 0);
}

/**
 * Waits whether a press on images becomes a drag: of the whole selection where it holds them, else of these alone, which are selected
 * then. A press that does not move stays a click. False where this is no press to drag with; `began` is told when it is a drag. Fingers
 * move the view, and keys held mean the selection.
 */
export function grabImages(
  press: PointerEvent,
  images: readonly ImageId[],
  began: () => void = () => undefined,
): boolean {
  const held = press.ctrlKey || press.metaKey || press.shiftKey || press.altKey;
  if (press.button !== 0 || press.pointerType === 'touch' || held || images.length === 0) return false;
  const act = currentActions();
  const t = () => translator(appState().language);
  const ended = new AbortController();
  const options = { signal: ended.signal, capture: true };
  const pressed = appState().source;
  let isOver = false;

  const begin = (): void => {
    const { selection, index } = appState();
    const isChosen = images.every((id) => selection.images.includes(id));
    const chosen = isChosen ? selection.images : images;
    if (!isChosen) act.selectImages(images);
    const [only] = chosen;
    const image = chosen.length === 1 && only !== undefined ? index?.images.get(only) : undefined;
    const what = image ? visibleText(displayName(image)) : t()('drag.images', { count: chosen.length });
    document.body.setPointerCapture(press.pointerId);
    const { clientX: x, clientY: y } = press;
    imageDrag.setState({ drag: { images: chosen, what, from: pressed, over: null, x, y } });
    began();
    showCursor(null);
    act.announce(t()('drag.began', { what }));
  };
  /** Puts the images down; what is left of the press does nothing. */
  const giveUp = (): void => {
    if (!imageDrag.getState().drag) return;
    imageDrag.setState({ drag: null });
    showCursor(undefined);
    isOver = true;
  };
  const cancel = (): void => {
    if (!imageDrag.getState().drag) return;
    giveUp();
    act.announce(t()('drag.cancelled'));
  };
  const move = (event: PointerEvent): void => {
    if (event.pointerId !== press.pointerId || isOver) return;
    if ((event.buttons & 1) === 0) {
      cancel();
      ended.abort();
      return;
    }
    const { clientX: x, clientY: y } = event;
    const far = Math.hypot(x - press.clientX, y - press.clientY) >= dragFrom;
    if (!imageDrag.getState().drag && !far) return;
    if (!imageDrag.getState().drag) begin();
    const { drag } = imageDrag.getState();
    if (!drag) return;
    const over = placeAt(x, y);
    if (over !== drag.over) {
      showCursor(over);
      const words = over === null ? null : verdictOn(over);
      if (words) act.announce(words.text);
    }
    imageDrag.setState({ drag: { ...drag, over, x, y } });
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== press.pointerId) return;
    const { drag } = imageDrag.getState();
    if (drag || isOver) swallowClick();
    if (drag && drag.over !== null && drag.from === appState().source) {
      giveUp();
      void act.copyTo(drag.over, drag.images);
    } else cancel();
    ended.abort();
  };
  window.addEventListener('pointermove', move, options);
  window.addEventListener('pointerup', up, options);
  window.addEventListener(
    'pointercancel',
    () => {
      cancel();
      ended.abort();
    },
    options,
  );
  window.addEventListener('blur', cancel, { signal: ended.signal });
  window.addEventListener(
    'keydown',
    (event) => {
      if (!imageDrag.getState().drag) return;
      // While something is held keys do nothing else.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === 'Escape') cancel();
    },
    options,
  );
  return true;
}
