import { app, clipboard, ipcMain, type InputEvent } from 'electron';
import { clickedChannel, copiedChannel, editingChannel } from '../shared/ipc/names';
import { CopyRecords } from './ipc/copyRecords';
import { PageCopies } from './ipc/pageCopies';
import { TypedInput, type KeyPress } from './ipc/typedInput';

/** By the ID of the web contents. */
const persons = new Map<number, TypedInput>();
/** How long a program that owns the clipboard may take to hand it out, milliseconds. */
const handOut = 1000;

/** The clipboard's text; '' where the program that owns it does not hand it out. */
export const readClipboard = (): Promise<string> => inTime(() => clipboard.readText());
/** What pages of ours have put on the clipboard, which is one for all windows. */
export const pageCopies = new PageCopies(readClipboard, new CopyRecords());

const clipboards = {
  text: readClipboard,
  selection: () => inTime(readSelection),
  mayBePages: (text: string) => pageCopies.mayHold(text),
};
/** Of web contents that are gone or never were: nobody did anything. */
const nobody = new TypedInput({ ...clipboards, text: () => Promise.resolve('') });

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
    persons.set(id, typed);
    contents.on('destroyed', () => {
      persons.delete(id);
      void pageCopies.done(id);
    });
    // A page that is gone copies nothing more.
    contents.on('did-navigate', () => void pageCopies.done(id));
    contents.on('render-process-gone', () => void pageCopies.done(id));
    contents.on('blur', () => typed.leave());
    contents.on('did-start-navigation', (details) => {
      if (!details.isMainFrame || details.isSameDocument) return;
      // What was done on a page is nothing that the next one was asked for.
      typed.leave();
      typed.use();
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
        if (!told && typeof event.key === 'string') typed.key({ ...plainPress, ...event, key: event.key });
        told = false;
      } else if (pressTypes.has(type)) {
        const modifiers = (event.modifiers ?? []).map((each) => each.toLowerCase());
        const middle = event.button === 'middle' || modifiers.includes('middlebuttondown');
        typed.pointer({ wheel: type === 'mouseWheel', middle, alt: modifiers.includes('alt') });
      }
    });
  });
  // A script can make a click that is trusted (that of a label's field), so a click alone is a deed only where assistive
  // software is at work, which no script can switch on.
  ipcMain.on(clickedChannel, ({ sender, senderFrame }) => {
    if (!app.accessibilitySupportEnabled) return;
    if (senderFrame !== null && senderFrame.parent === null) persons.get(sender.id)?.click();
  });
  ipcMain.on(editingChannel, (event, what: unknown) => {
    const main = event.senderFrame !== null && event.senderFrame.parent === null;
    const known = what === 'copy' || what === 'cut' || what === 'paste';
    const may = main && known && persons.get(event.sender.id)?.edits(what) === true;
    event.returnValue = may && (what === 'paste' || mayBegin(event.sender.id));
  });
  ipcMain.on(copiedChannel, ({ sender, senderFrame }) => {
    if (senderFrame !== null && senderFrame.parent === null) void pageCopies.done(sender.id);
  });
}

/** Whether other processes could be told that a page copies now: what they cannot know of is not copied. */
function mayBegin(page: number): boolean {
  try {
    pageCopies.begins(page);
    return true;
  } catch {
    return false;
  }
}

const plainPress = {
  code: '',
  isAutoRepeat: false,
  isComposing: false,
  shift: false,
  control: false,
  alt: false,
  meta: false,
};
/** What begins a deed. That a button goes up, and what a touch is taken for, are parts of the same. */
const pressTypes = new Set<string>(['mouseDown', 'mouseWheel', 'touchStart', 'pointerDown']);

/** What the person did in web contents, by their ID. */
export function personIn(id: number): TypedInput {
  return persons.get(id) ?? nobody;
}
