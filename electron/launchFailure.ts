import { dialog } from 'electron';
import { problemOf } from '../shared/image/problem';
import { problemSentence } from '../shared/text/problemText';
import type { Language } from '../shared/text/format';

/** Says in a native box why the window cannot open (its store is unusable), for there is no page yet to say it. */
export function sayLaunchFailure(thrown: unknown, language: Language): void {
  const sentence = problemSentence(problemOf(thrown), language);
  process.stderr.write(`${sentence}\n`);
  dialog.showErrorBox('Stratigraph', sentence);
}
