import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { ProblemFacts } from '../../shared/image/problem';
import { fullFacts } from '../../shared/image/systemCode';
import { glance } from './glance';

const temporaryName = /^stratigraph-[a-z]+\.\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8}\.[0-9a-f]{32}$/;

/**
 * The folder that people know of one that is full: the store that a path lies in, or the temporary folder, else the folder of the file
 * itself. Names that we give what is being written say nothing to anybody.
 */
function fullFolder(path: string): { readonly path: string; readonly temporary?: true } {
  const ways = [path];
  for (let at = path; dirname(at) !== at; at = dirname(at)) ways.push(dirname(at));
  const own = ways.find((each) => temporaryName.test(basename(each)));
  if (own !== undefined) return { path: dirname(own), temporary: true };
  const isFolder = glance(path)?.isDirectory() === true;
  const store = ways.find((each) => existsSync(join(each, 'oci-layout')));
  return { path: store ?? (isFolder ? path : dirname(path)) };
}

/** What `disk-full` says of a file by its path, for a system's code that means a lack of room; null for others. */
export function fullFactsOf(code: string | undefined, path: string): ProblemFacts['disk-full'] | null {
  const full = fullFacts(code, basename(path));
  // What has no folder of its own is known by its name: a file that is held open, a name that is no path.
  return full && isAbsolute(path) && !path.startsWith('/proc/') ? { ...full, ...fullFolder(path) } : full;
}
