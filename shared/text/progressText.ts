import type { OperationProgress } from '../ipc/operation';
import type { Translate } from './catalogue';
import { formatBytes, formatRate, visibleText } from './format';

/** What work is at, in words: the image or the layer in hand, or its phase. */
export function phaseText(progress: OperationProgress, t: Translate): string {
  const { phase, layer, layers, image, images, waitsFor } = progress;
  if (phase === 'waiting') return t('operation.phase.waiting', { name: visibleText(waitsFor ?? '') });
  if (image !== undefined && images !== undefined) return t('operation.image', { image, images });
  // What is put into the store are all of them.
  if (layer !== undefined && layers !== undefined && phase !== 'committing')
    return t('operation.layer', { layer, layers });
  return t(`operation.phase.${phase}`);
}

/** How many bytes of how many; `''` where the total is not known or nothing is counted in bytes. */
export function amountText({ done, total }: OperationProgress, t: Translate): string {
  return total !== null && total > 0
    ? t('operation.of', { done: formatBytes(done), total: formatBytes(total) })
    : '';
}

/** The time left, at least a second; `''` where nobody knows it or all is done. */
export function leftText({ secondsLeft }: OperationProgress, t: Translate): string {
  return secondsLeft === null
    ? ''
    : t('operation.secondsLeft', { seconds: Math.max(1, Math.round(secondsLeft)) });
}

/** The parts of a line of progress behind its title, for the command line: how much, how fast, how long yet. */
export function progressParts(progress: OperationProgress, t: Translate): readonly string[] {
  const { phase, done, image, rate } = progress;
  if (phase === 'waiting' || image !== undefined) return [phaseText(progress, t)];
  const amount = amountText(progress, t) || formatBytes(done);
  return [amount, rate === null ? '' : formatRate(rate), leftText(progress, t)].filter((part) => part !== '');
}
