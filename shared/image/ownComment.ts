import { foldKey } from './documentKeys';
import type { JsonObject } from './jsonDocument';

/**
 * A config without its own comment: what is said of its image is then what its last step says, as Docker has it. What was said of the
 * image that a config was made from is not said of the new one.
 */
export const withoutComment = (document: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([key]) => foldKey(key) !== 'comment'));
