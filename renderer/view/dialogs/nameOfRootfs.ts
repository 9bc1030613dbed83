import { parseReference } from '../../../shared/image/reference';

/**
 * A name for the image of a root filesystem, from the name of its file or folder: without the endings of archives and the word
 * that says what it is; empty where nothing is left that can be a name.
 */
export function nameOfRootfs(file: string): string {
  const bare = file
    .toLowerCase()
    .replace(/(\.(tar|gz|tgz|xz|txz|zst|bz2|tbz2))+$/, '')
    .replace(/(^|[-_.])root-?fs(?=$|[-_.])/g, '')
    .replace(/^[-_.]+|[-_.]+$/g, '');
  try {
    return parseReference(bare).digest === null ? bare : '';
  } catch {
    return '';
  }
}
