import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from '../shared/ipc/bridge';
import type { EventName, RequestName } from '../shared/ipc/contract';
import { eventNames, requestNames } from '../shared/ipc/names';

/**
 * The only thing that the page gets from Electron: one frozen object with a function a request and a function an event.
 * Channels are fixed here; no raw `ipcRenderer`, no free channel name, no event object reaches the page.
 */
const request = Object.freeze(
  Object.fromEntries(
    requestNames.map((name: RequestName) => [
      name,
      (input: unknown): Promise<unknown> => ipcRenderer.invoke(`request:${name}`, input),
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
    ipcRenderer.invoke(
      'files:register',
      Array.from(files, (file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    ) as ReturnType<Bridge['registerFiles']>,
});

// Who uses a screen reader activates things without a key or the mouse: the event is real, and of no kind that the main process
// sees. A script cannot make one that is trusted.
addEventListener(
  'click',
  ({ isTrusted }) => {
    if (isTrusted) ipcRenderer.send('person:acted');
  },
  true,
);

contextBridge.exposeInMainWorld('stratigraph', bridge);
