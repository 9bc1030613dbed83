import { xmlDocument } from '../../../shared/graph/escape';
import { csvText } from '../../../shared/graph/graphExport';
import type { ViewFormat } from '../../../shared/ipc/contract';
import { safeJson } from '../../../shared/text/format';
import type { ChartExport } from '../../chart/chartExport';
import { currentActions } from '../../store/hooks';
import { currentExport } from './currentExport';
import { rasterise } from './rasterise';

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

/** Formats that a view can be taken away in, in the order of the menu. */
export function formatsOf(offered: ChartExport): readonly ViewFormat[] {
  return offered.isGraph === true ? ['png', 'svg', 'dot', 'json', 'csv'] : ['png', 'svg', 'json', 'csv'];
}

/** What a view shows, as the bytes of a file of that format. */
export async function exportBytes(
  offered: ChartExport,
  format: ViewFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'png') return rasterise(xmlDocument(offered.svg()));
  if (format === 'svg') return text(xmlDocument(offered.svg()));
  const { json, csv, dot } = offered.data();
  if (format === 'csv') return text(csvText(csv));
  if (format === 'dot') return text(dot ?? '');
  return text(`${safeJson(JSON.stringify(json, null, 2))}\n`);
}

/** Formats of a picture. */
export const pictures: readonly ViewFormat[] = ['png', 'svg'];

/** Takes what the view shows away as a file, or the whole drawing; nothing while it draws nothing. */
export async function takeAway(format: ViewFormat, whole = false): Promise<void> {
  const offered = currentExport();
  if (!offered) return;
  const svg = whole ? (offered.whole ?? offered.svg) : offered.svg;
  const bytes = await exportBytes({ ...offered, svg }, format);
  await currentActions().writeView(offered.name, format, bytes);
}
