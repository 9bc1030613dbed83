import { groupDigits } from '../../shared/text/format';
import type { Translate } from '../../shared/text/catalogue';

/** Why a text cannot be sent, for the field in which it is typed; null for one that is within its bound (`textBounds`). */
export function tooLong(t: Translate, text: string, most: number): string | null {
  if (text.length <= most) return null;
  return t('field.tooLong', { count: groupDigits(text.length), most: groupDigits(most) });
}
