import { dialog, type BrowserWindow, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import { translator, type Translate } from '../../shared/text/catalogue';
import { askedCommand } from '../../shared/text/commandWords';
import { visibleName, type Language } from '../../shared/text/format';
import type { ArchiveChoice } from './handlerWorld';
import { calmAnswer } from './calmAnswer';
import { endingsText, type Endings } from './leaving';
import type { PasteQuestion, TerminalQuestion } from './terminalGate';

/** Native dialogs. They run in the main process, so that the window never learns a path. */

/** A dialog that asks where to save; null when it was dismissed. */
async function savePath(window: BrowserWindow, options: SaveDialogOptions): Promise<string | null> {
  const { canceled, filePath } = await calmAnswer(
    window,
    () =>
      dialog.showSaveDialog(window, {
        ...options,
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      }),
    (answer) => !answer.canceled,
  );
  return canceled || filePath === '' ? null : filePath;
}

/**
 * A question, true for yes. "No" is what Enter and Escape give: the question may come while somebody types. `signal` takes it away,
 * with a no.
 */
async function allows(
  window: BrowserWindow,
  { message, detail, yes, no }: Record<'message' | 'detail' | 'yes' | 'no', string>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { response } = await calmAnswer(
    window,
    () =>
      dialog.showMessageBox(window, {
        type: 'warning',
        title: 'Stratigraph',
        message,
        detail,
        buttons: [yes, no],
        defaultId: 1,
        cancelId: 1,
        noLink: true,
        ...(signal ? { signal } : {}),
      }),
    (answer) => answer.response === 0,
  );
  return response === 0;
}

const archives = ['tar', 'gz', 'tgz', 'xz', 'zst', 'bz2', 'oci'];

/** Asks for archives (or one folder); the chosen paths, none when it was dismissed. */
export async function chooseArchives(
  window: BrowserWindow,
  { directory, purpose }: ArchiveChoice,
  t: Translate,
): Promise<readonly string[]> {
  const options: OpenDialogOptions = {
    title: t(`native.${purpose}`),
    buttonLabel: t(`native.${purpose}Button`),
    properties: directory
      ? ['openDirectory', ...(purpose === 'store' ? (['createDirectory'] as const) : [])]
      : purpose === 'import'
        ? ['openFile']
        : ['openFile', 'multiSelections'],
    ...(directory
      ? {}
      : {
          filters: [
            purpose !== 'held'
              ? { name: t('native.archives'), extensions: archives }
              : { name: t('native.heldFiles'), extensions: [...archives, 'txt', 'json'] },
            { name: t('native.allFiles'), extensions: ['*'] },
          ],
        }),
  };
  const answer = await calmAnswer(
    window,
    () => dialog.showOpenDialog(window, options),
    ({ canceled }) => !canceled,
  );
  return answer.canceled ? [] : answer.filePaths;
}

/** Asks where to save; null when it was dismissed. */
export async function chooseTarget(
  window: BrowserWindow,
  suggestion: string,
  t: Translate,
): Promise<string | null> {
  return savePath(window, {
    title: t('native.save'),
    buttonLabel: t('native.saveButton'),
    defaultPath: suggestion,
    filters: [{ name: t('native.archives'), extensions: ['tar'] }],
  });
}

/** Asks where to write a view's picture or data; null when it was dismissed. */
export async function chooseViewFile(
  window: BrowserWindow,
  suggestion: string,
  format: string,
  t: Translate,
): Promise<string | null> {
  return savePath(window, {
    title: t('native.view'),
    buttonLabel: t('native.viewButton'),
    defaultPath: suggestion,
    filters: [{ name: format.toUpperCase(), extensions: [format] }],
  });
}

/** Asks where to copy something out of a tree to; null when it was dismissed. */
export async function chooseCopy(
  window: BrowserWindow,
  suggestion: string,
  t: Translate,
): Promise<string | null> {
  return savePath(window, {
    title: t('native.copy'),
    buttonLabel: t('native.copyButton'),
    defaultPath: suggestion,
  });
}

/** Asks whether a terminal may reach beyond its container. */
export async function askTerminal(
  window: BrowserWindow,
  { what, name, command }: TerminalQuestion,
  t: Translate,
): Promise<boolean> {
  const shown = { name: visibleName(name) };
  if (what === 'shell')
    return allows(window, {
      message: t('native.askShell', shown),
      detail: t('native.askShellDetail'),
      yes: t('native.askShellYes'),
      no: t('native.askShellNo'),
    });
  return allows(window, {
    message: t('native.askNetwork', shown),
    detail: t('native.askNetworkDetail', { text: askedCommand(command ?? []) ?? '' }),
    yes: t('native.askNetworkYes'),
    no: t('native.askNetworkNo'),
  });
}

/** Asks whether the window may close though something would end by it; `signal` takes the question away. */
export async function askLeave(
  window: BrowserWindow,
  endings: Endings,
  language: Language,
  signal: AbortSignal,
): Promise<boolean> {
  const t = translator(language);
  const words = { message: t('native.leave'), detail: endingsText(endings, language) };
  return allows(window, { ...words, yes: t('native.leaveYes'), no: t('native.leaveNo') }, signal);
}

/** Asks whether an engine is to be added by its address. */
export async function askEngine(window: BrowserWindow, address: string, t: Translate): Promise<boolean> {
  return allows(window, {
    message: t('native.askEngine', { address: visibleName(address) }),
    detail: t('native.askEngineDetail'),
    yes: t('native.askEngineYes'),
    no: t('native.askEngineNo'),
  });
}

/** Asks whether a text may be pasted into a terminal that reaches beyond its container. */
export async function askPaste(
  window: BrowserWindow,
  { name, text, why }: PasteQuestion,
  t: Translate,
): Promise<boolean> {
  return allows(window, {
    message: t('native.askPaste', { name: visibleName(name) }),
    detail: t(why === 'page' ? 'native.askPastePage' : 'native.askPasteLines', { text }),
    yes: t('native.askPasteYes'),
    no: t('native.askPasteNo'),
  });
}
