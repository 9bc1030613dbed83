import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Folder with archives of other tools (fixtures, vectors, hostile input), or null where there is none: beside the
 * checkout, or where `STRATIGRAPH_SHARED` says. Suites over it run where it exists and say so where not.
 */
export function sharedDir(): string | null {
  const folder =
    process.env['STRATIGRAPH_SHARED'] ?? resolve(import.meta.dirname, '..', '..', '..', 'shared');
  return existsSync(join(folder, 'fixtures')) ? folder : null;
}
