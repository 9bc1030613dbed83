import { dialog, type BrowserWindow } from 'electron';
import type { Translate } from '../../shared/text/catalogue';
import { askedCommand } from '../../shared/text/commandWords';
import { visibleName } from '../../shared/text/format';
import type { ArchiveChoice } from './handlers';
import type { TerminalQuestion } from './terminalGate';

/** Native dialogs. They run in the main process, so that the window never learns a path. */

const archives = ['tar', 'gz', 'tgz', 'xz', 'zst', 'bz2', 'oci'];

/** Asks for archives (or one folder); the chosen paths, none when it was dismissed. */
export async function chooseArchives(
  window: BrowserWindow,
  { directory, purpose }: ArchiveChoice,
  t: Translate,
): Promise<readonly string[]> {
  const answer = await dialog.showOpenDialog(window, {
    title: t(purpose === 'load' ? 'native.load' : 'native.held'),
    buttonLabel: t(purpose === 'load' ? 'native.loadButton' : 'native.heldButton'),
    properties: directory ? ['openDirectory'] : ['openFile', 'multiSelections'],
    ...(directory
      ? {}
      : {
          filters: [
            purpose === 'load'
              ? { name: t('native.archives'), extensions: archives }
              : { name: t('native.heldFiles'), extensions: [...archives, 'txt', 'json'] },
            { name: t('native.allFiles'), extensions: ['*'] },
          ],
        }),
  });
  return answer.canceled ? [] : answer.filePaths;
}

/** Asks where to save; null when it was dismissed. */
export async function chooseTarget(
  window: BrowserWindow,
  suggestion: string,
  t: Translate,
): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, {
    title: t('native.save'),
    buttonLabel: t('native.saveButton'),
    defaultPath: suggestion,
    filters: [{ name: t('native.archives'), extensions: ['tar'] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}

/** Asks where to write a view's picture or data; null when it was dismissed. */
export async function chooseViewFile(
  window: BrowserWindow,
  suggestion: string,
  format: string,
  t: Translate,
): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, {
    title: t('native.view'),
    buttonLabel: t('native.viewButton'),
    defaultPath: suggestion,
    filters: [{ name: format.toUpperCase(), extensions: [format] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}

/** Asks where to copy something out of a tree to; null when it was dismissed. */
export async function chooseCopy(
  window: BrowserWindow,
  suggestion: string,
  t: Translate,
): Promise<string | null> {
  const answer = await dialog.showSaveDialog(window, {
    title: t('native.copy'),
    buttonLabel: t('native.copyButton'),
    defaultPath: suggestion,
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  return answer.canceled || answer.filePath === '' ? null : answer.filePath;
}

/**
 * Asks whether a terminal may reach beyond its container. "No" is what Enter and Escape give: the question may come while
 * somebody types.
 */
export async function askTerminal(
  window: BrowserWindow,
  { what, name, command }: TerminalQuestion,
  t: Translate,
): Promise<boolean> {
  const shown = { name: visibleName(name) };
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'Stratigraph',
    message: what === 'shell' ? t('native.askShell', shown) : t('native.askNetwork', shown),
    detail:
      what === 'shell'
        ? t('native.askShellDetail')
        : t('native.askNetworkDetail', { text: askedCommand(command ?? []) ?? '' }),
    buttons:
      what === 'shell'
        ? [t('native.askShellYes'), t('native.askShellNo')]
        : [t('native.askNetworkYes'), t('native.askNetworkNo')],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  });
  return response === 0;
}
