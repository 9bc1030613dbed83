import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import {
  eventChannel,
  events,
  requestChannel,
  requests,
  type EventName,
  type EventPayload,
  type RequestName,
} from '../../shared/ipc/contract';
import { filesChannel } from '../../shared/ipc/names';
import { isOwnPage } from '../appScheme';
import type { Answers } from './answer';

/** True when a call comes from the main frame of one of our windows, showing our own page. */
export function isTrusted(event: IpcMainInvokeEvent, windows: ReadonlySet<BrowserWindow>): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return false;
  if (!isOwnPage(frame.url)) return false;
  for (const window of windows) {
    if (!window.isDestroyed() && window.webContents === event.sender)
      return frame.frameTreeNodeId === event.sender.mainFrame.frameTreeNodeId;
  }
  return false;
}

/** Hands every call of our own page to `answers`; one from elsewhere is refused before anything of it is looked at. */
export function serve(windows: ReadonlySet<BrowserWindow>, answers: Answers): void {
  for (const name of Object.keys(requests) as RequestName[])
    ipcMain.handle(requestChannel(name), (event, ...args: unknown[]) =>
      isTrusted(event, windows) ? answers.request(name, args, event.sender) : answers.refused(event.sender),
    );
  ipcMain.handle(filesChannel, (event, ...args: unknown[]) =>
    isTrusted(event, windows) ? answers.files(args, event.sender) : answers.refused(event.sender),
  );
}

/** Sends an event to every window, checked like a reply. */
export function broadcast<N extends EventName>(
  windows: ReadonlySet<BrowserWindow>,
  name: N,
  payload: EventPayload<N>,
): void {
  const checked = events[name].parse(payload);
  for (const window of windows) {
    if (!window.isDestroyed()) window.webContents.send(eventChannel(name), checked);
  }
}
