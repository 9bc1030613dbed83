import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { inputFault } from '../../shared/image/inputFault';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';

/**
 * What a person put on the list of places: an engine by its address, with the name that it got then, or an archive or a layout folder by
 * its path. What else stands in an entry is somebody's, and kept.
 */
export type AddedSource =
  { readonly address: string; readonly name?: string | undefined } | { readonly path: string };

/** Where the list is looked for: a part of the surroundings of a search. */
interface Around {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The most that is read of the list, bytes, and the most places on it. */
const mostBytes = 1 << 20;
/** See {@link AddedSource}: the most places that the list takes. */
export const mostAdded = 100;

const entry = z.union([
  z.looseObject({
    address: z.string().min(1).max(4096),
    name: z.string().max(200).optional().catch(undefined),
  }),
  z.looseObject({ path: z.string().min(1).max(4096) }),
]);

/** The file that the list is kept in: below `$XDG_CONFIG_HOME` (a relative value counts as none), else `~/.config`. */
export function addedSourcesFile({ env, home }: Around): string {
  const named = env['XDG_CONFIG_HOME'];
  const config = named !== undefined && isAbsolute(named) ? named : join(home, '.config');
  return join(config, 'stratigraph', 'sources.json');
}

/** All of the document of a list. */
export interface AddedDocument {
  readonly sources: readonly AddedSource[];
  /** Entries that are none as we know them, and the other members of the document: somebody's, and kept. */
  readonly unknown: readonly unknown[];
  readonly members: Readonly<Record<string, unknown>>;
}

/** The list in the document at `path`, whole. Throws `sources-invalid` where it is no list at all. */
export function parseAddedDocument(text: string, path: string): AddedDocument {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const list = z.looseObject({ sources: z.array(z.unknown()) }).safeParse(value);
  if (!list.success) throw problem('sources-invalid', { path });
  const { sources: all, ...members } = list.data;
  const read = all.map((each) => ({ each, ...entry.safeParse(each) }));
  const unknown = read.flatMap(({ each, success }) => (success ? [] : [each]));
  return { sources: read.flatMap(({ data }) => data ?? []), unknown, members };
}

/** Reads the document of the list; null where there is none. Throws `sources-invalid`, `file-unreadable`. */
export async function readAddedDocument(around: Around): Promise<AddedDocument | null> {
  const path = addedSourcesFile(around);
  const text = await readAddedText(path).catch((cause: unknown) => {
    throw systemCode(cause) === 'EFBIG' ? problem('sources-invalid', { path }) : inputFault(cause, path);
  });
  return text === null ? null : parseAddedDocument(text, path);
}

/** Throws why not all that was added is listed: `sources-invalid`, `sources-full`, `file-unreadable`. */
export async function checkAddedSources(around: Around): Promise<void> {
  const found = await readAddedDocument(around);
  if (found && found.sources.length > mostAdded) throw problem('sources-full', { limit: mostAdded });
}

/** Text of the file of the list; null where there is none. Throws what the system says, and EFBIG for what is no file of ours. */
export async function readAddedText(path: string): Promise<string | null> {
  // What is no regular file, a FIFO say, would be waited for.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((thrown: unknown) => {
    if (systemCode(thrown) === 'ENOENT') return null;
    throw thrown;
  });
  if (!file) return null;
  try {
    const info = await file.stat();
    if (!info.isFile() || info.size > mostBytes)
      throw Object.assign(new Error(`${path} is no list of sources`), { code: 'EFBIG' });
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** What was added, for a search: a list that cannot be read names nothing, which {@link checkAddedSources} says. */
export async function readAddedSources(around: Around): Promise<readonly AddedSource[]> {
  try {
    return ((await readAddedDocument(around))?.sources ?? []).slice(0, mostAdded);
  } catch {
    return [];
  }
}

/** Paths of the archives and folders on the list, in its order; none where it cannot be read. */
export async function addedPaths(around: Around): Promise<readonly string[]> {
  return (await readAddedSources(around)).flatMap((each) => ('path' in each ? [each.path] : []));
}
