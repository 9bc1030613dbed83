import { dialog } from 'electron';
import { problemOf } from '../shared/image/problem';
import { problemSentence } from '../shared/text/problemText';
import type { Language } from '../shared/text/format';

/**
 * Says in a native box why the window cannot open (its store is unusable), for there is no page yet to say it. Settles when it
 * was read. Not `showErrorBox`, which holds the process: nobody could end it, least of all where the box is not seen.
 */
export async function sayLaunchFailure(thrown: unknown, language: Language): Promise<void> {
  const sentence = problemSentence(problemOf(thrown), language);
  process.stderr.write(`${sentence}\n`);
  await dialog.showMessageBox({ type: 'error', title: 'Stratigraph', message: sentence });
}
