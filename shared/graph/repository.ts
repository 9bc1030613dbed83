import { splitName } from '../image/reference';
import type { ImageNode } from './imageGraph';

/** Repository of an image's first name; `''` for a dangling image. */
export function repositoryOf(image: Pick<ImageNode, 'names'>): string {
  const [name] = image.names;
  return name === undefined ? '' : splitName(name).repository;
}
