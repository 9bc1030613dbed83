import { visibleText } from '../../shared/text/format';

/**
 * The file name that a copy out of a tree suggests. The name comes from an image, by way of the page: what would lead to another folder,
 * hide the file or deceive the eye becomes a dash; '' gives `copy`.
 */
export function copiedName(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const name = [...last]
    .map((c) => (visibleText(c) === c && !/[\\/:*?"<>|\p{Cc}\p{Cf}]/u.test(c) ? c : '-'))
    .join('')
    .replace(/^[.\s-]+/, '')
    .replace(/[.\s]+$/, '')
    .slice(0, 120);
  return name === '' ? 'copy' : name;
}
