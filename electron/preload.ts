import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from '../shared/ipc/bridge';
import type { EventName, RequestName } from '../shared/ipc/contract';
import {
  clickedChannel,
  copiedChannel,
  editingChannel,
  eventNames,
  filesChannel,
  requestNames,
} from '../shared/ipc/names';
import { PageSends } from './ipc/pageSends';

const sends = new PageSends((channel, message) => ipcRenderer.invoke(channel, message));
/** One more than the main process takes: it says so. */
const mostFiles = 1001;

/**
 * The only thing that the page gets from Electron: one frozen object with a function a request and a function an event.
 * Channels are fixed here; no raw `ipcRenderer`, no free channel name, no event object reaches the page.
 */
const request = Object.freeze(
  Object.fromEntries(
    requestNames.map((name: RequestName) => [
      name,
      (input: unknown): Promise<unknown> => sends.send(name, `request:${name}`, input),
    ]),
  ),
) as Bridge['request'];

const on = Object.freeze(
  Object.fromEntries(
    eventNames.map((name: EventName) => [
      name,
      (listener: (payload: unknown) => void): (() => void) => {
        const forward = (_event: unknown, payload: unknown): void => listener(payload);
        ipcRenderer.on(`event:${name}`, forward);
        return () => {
          ipcRenderer.removeListener(`event:${name}`, forward);
        };
      },
    ]),
  ),
) as Bridge['on'];

const bridge: Bridge = Object.freeze({
  request,
  on,
  registerFiles: (files: readonly File[]) =>
    sends.send(
      'files',
      filesChannel,
      Array.from({ length: Math.min(files.length, mostFiles) }, (_, i) => files[i])
        .map((file) => (file ? webUtils.getPathForFile(file) : ''))
        .filter((path) => path !== ''),
    ) as ReturnType<Bridge['registerFiles']>,
});

// Who uses a screen reader activates things without a key or the mouse: of these the main process sees nothing else. A click that
// a script brings about counts as activated by nobody.
addEventListener(
  'click',
  ({ isTrusted }) => {
    if (isTrusted && navigator.userActivation.isActive) ipcRenderer.send(clickedChannel);
  },
  true,
);

// Text goes to the clipboard and comes from it where the person asked for it by a key, the middle button or the menu; a script
// could else do it by a command at any key that is pressed. This listener is the window's first: none of the page's comes before it.
for (const what of ['copy', 'cut', 'paste'])
  addEventListener(
    what,
    (event) => {
      if (event.isTrusted && ipcRenderer.sendSync(editingChannel, what) === true) {
        // After all listeners, and after Chromium has put there what they say.
        if (what !== 'paste') setTimeout(() => ipcRenderer.send(copiedChannel));
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

contextBridge.exposeInMainWorld('stratigraph', bridge);
