import { dialog, type BrowserWindow } from 'electron';
import type { Translate } from '../../shared/text/catalogue';
import type { ArchiveChoice } from './handlers';

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
