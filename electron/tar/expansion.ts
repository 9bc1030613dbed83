import { ratioFrom, type Limits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';

/**
 * Holds what came out of a decoder against the bounds (CVE-2026-59873: decoders without a budget). Throws
 * `limit-exceeded` at `at`.
 */
export function checkExpansion(
  limits: Limits,
  bytesIn: number,
  bytesOut: number,
  at: { readonly file: string; readonly what: string },
): void {
  const most = limits['expanded-bytes'];
  if (bytesOut > most) throw problem('limit-exceeded', { ...at, limit: most, name: 'expanded-bytes' });
  const ratio = limits['expansion-ratio'];
  if (bytesOut > ratioFrom && bytesOut > bytesIn * ratio)
    throw problem('limit-exceeded', { ...at, limit: ratio, name: 'expansion-ratio' });
}
