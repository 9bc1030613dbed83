import { app, clipboard, ipcMain, type InputEvent, type WebContents } from 'electron';
import { TypedInput, type KeyPress } from './ipc/typedInput';

/** Channel on which the preload says that the person activated something; a script of the page cannot reach it. */
export const actedChannel = 'person:acted';

const persons = new WeakMap<WebContents, TypedInput>();
const byId = new Map<number, TypedInput>();
/** Of web contents that are gone or never were: nobody did anything. */
const nobody = new TypedInput({ text: () => Promise.resolve(''), selection: () => Promise.resolve('') });

/** How long a program that owns the clipboard may take to hand it out, milliseconds. */
const handOut = 1000;

const clipboards = {
  text: () => inTime(() => clipboard.readText()),
  selection: () => inTime(readSelection),
};

/** Electron 45 has the selection apart and answers with promises; 33 takes its name and answers at once. */
function readSelection(): unknown {
  const apart = clipboard as { selection?: { readText(): Promise<string> } };
  if (apart.selection) return apart.selection.readText();
  return (clipboard as unknown as { readText(which: string): unknown }).readText('selection');
}

async function inTime(read: () => unknown): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(resolve, handOut, '').unref());
  const text: unknown = await Promise.race([read(), late]);
  return typeof text === 'string' ? text : '';
}

/** What Electron says of an event beyond what its types promise: of a key as in `before-input-event`. */
type SeenEvent = InputEvent & Partial<KeyPress> & { readonly button?: string };

/**
 * Must run before the first window: follows what the person really does in every web contents. Electron tells of the events that
 * come from the system (and from a debugger), never of those that a script makes.
 */
export function watchPerson(): void {
  app.on('web-contents-created', (_event, contents) => {
    const typed = new TypedInput(clipboards);
    const { id } = contents;
    persons.set(contents, typed);
    byId.set(id, typed);
    contents.on('destroyed', () => byId.delete(id));
    contents.on('blur', () => typed.leave());
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) typed.leave();
    });
    // A key of the keyboard comes twice: before the page gets it, and as an event of the page's widget. A debugger's only so.
    let told = false;
    contents.on('before-input-event', (_before, press) => {
      told = press.type !== 'keyUp';
      if (told) typed.key(press);
    });
    contents.on('input-event', (_input, event: SeenEvent) => {
      const { type } = event;
      if (type === 'keyDown' || type === 'rawKeyDown') {
        if (!told && typeof event.key === 'string') typed.key({ ...noModifiers, ...event, key: event.key });
        told = false;
      } else if (pointerTypes.has(type)) {
        const modifiers = (event.modifiers ?? []).map((each) => each.toLowerCase());
        const middle = event.button === 'middle' || modifiers.includes('middlebuttondown');
        typed.pointer({ wheel: type === 'mouseWheel' || type === 'gestureScrollUpdate', middle });
      }
    });
  });
  ipcMain.on(actedChannel, ({ sender, senderFrame }) => {
    if (senderFrame !== null && senderFrame.parent === null) persons.get(sender)?.act();
  });
}

const noModifiers = { isComposing: false, shift: false, control: false, alt: false, meta: false };
const pointerTypes = new Set<string>([
  'mouseDown',
  'mouseUp',
  'mouseWheel',
  'gestureTap',
  'gestureScrollUpdate',
  'touchStart',
  'touchEnd',
  'pointerDown',
  'pointerUp',
]);

/** What the person did in web contents, by their ID. */
export function personIn(id: number): TypedInput {
  return byId.get(id) ?? nobody;
}
