import { closeSync, constants, mkdirSync, openSync } from 'node:fs';

/**
 * Makes directories in one another, each in the one above it, as `mkdir d; cd d` does: no path is as long as they are
 * deep. `at` is called with a descriptor of each, the root first (depth 0).
 */
export function deepTree(
  root: string,
  depth: number,
  name = 'd',
  at: (fd: number, depth: number) => void = () => undefined,
): void {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  let fd = openSync(root, flags);
  try {
    at(fd, 0);
    for (let i = 1; i <= depth; i++) {
      mkdirSync(`/proc/self/fd/${fd}/${name}`);
      const next = openSync(`/proc/self/fd/${fd}/${name}`, flags);
      closeSync(fd);
      fd = next;
      at(fd, i);
    }
  } finally {
    closeSync(fd);
  }
}
