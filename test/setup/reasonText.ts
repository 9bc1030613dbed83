import type { Reason } from '../../shared/image/faultReason';
import { documentReasons, layerReasons, saidReason } from '../../shared/text/messages/faultReason';

/** The reason of a `document-invalid`, `layer-invalid` or `archive-damaged` as people read it in English, of its facts. */
export function reasonText(facts: unknown): string {
  return saidReason({ ...documentReasons, ...layerReasons }, facts as Reason<string>, 0);
}
