import { splitName } from '../image/reference';
import type { ImageNode } from './imageGraph';

/** The images that are most like one first: the same name, the same repository, the most layers in common. */
export function likestImages(image: ImageNode, images: readonly ImageNode[]): readonly ImageNode[] {
  const names = new Set(image.names);
  const repositoryOf = (name: string): string => splitName(name).repository;
  const repositories = new Set(image.names.map(repositoryOf));
  const layers = new Set(image.layers);
  const likeness = (other: ImageNode): readonly number[] => [
    Number(other.names.some((name) => names.has(name))),
    Number(other.names.some((name) => repositories.has(repositoryOf(name)))),
    other.layers.filter((each) => layers.has(each)).length,
  ];
  const found = images.map((each) => ({ each, like: likeness(each) }));
  found.sort(
    (a, b) => a.like.map((one, i) => (b.like[i] ?? 0) - one).find((difference) => difference !== 0) ?? 0,
  );
  return found.map(({ each }) => each);
}
