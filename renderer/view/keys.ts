import type { Translate } from '../../shared/text/catalogue';

/** A key with its modifiers; `ctrl` is Cmd on macOS. */
export interface Chord {
  /** As `KeyboardEvent.key` in lower case for letters. */
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** Whether an event is a chord. */
export function isChord(event: KeyboardEvent, chord: Chord): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (
    key === chord.key &&
    (event.ctrlKey || event.metaKey) === chord.ctrl &&
    !event.altKey &&
    // A sign such as "/" may need Shift on some keyboards.
    (event.shiftKey === chord.shift || (!chord.ctrl && /^[^a-z0-9]$/i.test(key)))
  );
}

/** A chord as people read it: `Ctrl Shift O`. */
export function keyText({ key, ctrl, shift }: Chord, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    Delete: t('key.delete'),
    Escape: t('key.escape'),
    ' ': t('key.space'),
  };
  const last = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [ctrl && t('key.ctrl'), shift && t('key.shift'), last].filter(Boolean).join(' ');
}

/** True while the keyboard belongs to a field. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      (target instanceof HTMLInputElement && target.type === 'text') ||
      target instanceof HTMLTextAreaElement)
  );
}
