import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import { problem, problemOf } from '../../shared/image/problem';
import {
  eventChannel,
  events,
  requestChannel,
  requests,
  type EventName,
  type EventPayload,
  type RequestName,
} from '../../shared/ipc/contract';
import type { Reply } from '../../shared/ipc/reply';
import { isOwnPage } from '../appScheme';
import { checkInPieces } from './checkInPieces';
import type { Caller, Handlers } from './handlerMap';

/** Channel on which the preload hands over the paths of dropped files; only the preload can call it. */
export const registerFilesChannel = 'files:register';

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

/**
 * Answers every request of the contract: checks the sender, then the request, then the reply. Whatever goes wrong
 * crosses as a problem (code and facts), never as an exception.
 */
export function serve(
  windows: ReadonlySet<BrowserWindow>,
  handlers: Handlers,
  registerFiles: (paths: readonly string[]) => Promise<unknown>,
): void {
  const guard = async (event: IpcMainInvokeEvent, work: () => Promise<unknown>): Promise<Reply<unknown>> => {
    try {
      if (!isTrusted(event, windows))
        throw problem('request-invalid', { what: 'sender', reason: 'unknown sender' });
      return { ok: true, value: await work() };
    } catch (thrown) {
      const found = problemOf(thrown);
      // A bug of ours is worth its stack; what belongs to normal use is not.
      if (found.code === 'internal')
        process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      return { ok: false, problem: found };
    }
  };

  const answer = <N extends RequestName>(name: N): void => {
    const { input, output } = requests[name];
    ipcMain.handle(requestChannel(name), (event, ...args: unknown[]) =>
      guard(event, async () => {
        const parsed = input.safeParse(args[0]);
        if (!parsed.success || args.length !== 1) {
          const reason = parsed.success
            ? 'one argument expected'
            : (parsed.error.issues[0]?.message ?? 'invalid');
          throw problem('request-invalid', { what: name, reason: reason.slice(0, 200) });
        }
        const handler = handlers[name] as (input: unknown, caller: Caller) => unknown;
        const value = await handler(parsed.data, event.sender);
        const checked = await checkInPieces(output, value);
        if (!checked.success) {
          const issue = checked.error.issues[0];
          throw new Error(
            `reply of ${name} breaks the contract at ${issue?.path.join('.')}: ${issue?.message}`,
          );
        }
        return checked.data;
      }),
    );
  };
  for (const name of Object.keys(requests) as RequestName[]) answer(name);

  ipcMain.handle(registerFilesChannel, (event, ...args: unknown[]) =>
    guard(event, async () => {
      const paths = args[0];
      if (
        !Array.isArray(paths) ||
        paths.length > 1000 ||
        !paths.every((p): p is string => typeof p === 'string')
      ) {
        throw problem('request-invalid', { what: 'files', reason: 'a list of paths expected' });
      }
      return registerFiles(paths);
    }),
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
