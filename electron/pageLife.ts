import { dialog, type BrowserWindow } from 'electron';
import type { Translate } from '../shared/text/catalogue';

/** A page that ends again this soon after it ended is not loaded anew unasked, milliseconds. */
const soon = 60_000;

/** What is done with a page that ends, or hangs. */
export interface PageLife {
  /** The page is no more: it ended, or another document has taken its place. */
  readonly gone: () => void;
  /** Closes the window without asking its page, after a question where something would end by it. */
  readonly close: () => void;
  readonly translate: () => Translate;
}

/**
 * Keeps a window from standing there empty: the page draws its title bar and its buttons, so nobody could even close it. A page
 * whose process ends (no memory left, killed) is loaded anew, with a word about it; when that happens again soon, or when a page
 * does not answer, the person says what is to be done.
 */
export function watchPage(window: BrowserWindow, { gone, close, translate }: PageLife): void {
  const { webContents } = window;
  let ended = 0;
  let asking: AbortController | null = null;
  const load = (): void => {
    if (!window.isDestroyed()) webContents.reload();
  };
  /** Asks with buttons whose first is what Enter gives; the number of the one that was chosen. */
  const ask = async (message: string, detail: string, buttons: string[]): Promise<number> => {
    asking?.abort();
    const own = (asking = new AbortController());
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      title: 'Stratigraph',
      message,
      detail,
      buttons,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
      signal: own.signal,
    });
    const given = own.signal.aborted || window.isDestroyed() ? 0 : response;
    if (asking === own) asking = null;
    return given;
  };

  webContents.on('did-navigate', gone);
  webContents.on('render-process-gone', (_event, { reason }) => {
    gone();
    asking?.abort();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    const again = now - ended < soon;
    ended = now;
    const t = translate();
    // Not within the event: the process that ended is still being taken down.
    if (!again) setImmediate(load);
    void ask(
      t(again ? 'native.pageEndedAgain' : 'native.pageEnded'),
      t('native.pageEndedDetail'),
      again ? [t('native.pageLoad'), t('native.pageClose')] : [t('native.pageGood')],
    ).then((answer) => {
      if (window.isDestroyed() || !again) return;
      if (answer === 1) close();
      else load();
    });
  });
  webContents.on('unresponsive', () => {
    const t = translate();
    void ask(t('native.pageHangs'), t('native.pageHangsDetail'), [
      t('native.pageWait'),
      t('native.pageLoad'),
      t('native.pageClose'),
    ]).then((answer) => {
      if (answer === 1) webContents.forcefullyCrashRenderer();
      else if (answer === 2) close();
    });
  });
  webContents.on('responsive', () => asking?.abort());
}
