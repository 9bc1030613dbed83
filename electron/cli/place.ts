import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { foundNames } from '../../shared/ipc/usualEngines';
import { transportOf, transportPath } from '../../shared/image/transport';
import { maskedWord } from '../../shared/text/maskedAddress';
import { UsageFault, type Parsed } from './parser';
import { glance } from '../store/glance';
import { shellWord } from './shellWord';

/**
 * The path that `--source` names, of an archive or a folder; null where it names the store or an engine, or is not given. Words of
 * engines go before names of files: `./docker` is a path.
 */
export function lookedPath({ values }: Pick<Parsed, 'values'>): string | null {
  const word = values.get('source')?.[0];
  if (word === undefined) return null;
  refuseTransport(word);
  return isPathWord(word) ? word : null;
}

/**
 * Whether a word is the name of an image with its registry, as `registry.example:5000/app:1` and `ghcr.io/org/app` are, where nothing is
 * there that a path of that spelling could lead to. A path with a name for its last part is written `./…`.
 */
function isRegistryName(word: string): boolean {
  const [, host = '', name = ''] = /^([a-z\d][a-z\d.-]*(?::\d{1,5})?)\/(.+)$/i.exec(word) ?? [];
  if (host === '' || existsSync(host)) return false;
  const isHost = /:\d+$|^localhost$|\.[a-z]{2,}$/i.test(host);
  const isTagged = /^[a-z\d._/-]+(?::[\w][\w.-]*|@sha256:[0-9a-f]+)$/.test(name);
  const isBare = /^[a-z\d_/-]+$/.test(name);
  return isHost && (isTagged || isBare);
}

/**
 * Throws a {@link UsageFault} for a word for a place in the spelling of another tool's transport, and for an image of a registry: nobody means a
 * file of that name.
 */
export function refuseTransport(word: string): void {
  const found = transportOf(word);
  if (found?.transport === 'docker' || (found === null && isRegistryName(word)))
    throw new UsageFault((t) =>
      t('usage.registry', {
        text: maskedWord(word),
        way: 'skopeo copy',
        image: `docker://${maskedWord(found?.rest ?? word)}`,
        path: shellWord(`./${found?.rest ?? word}`),
      }),
    );
  if (found === null || existsSync(word)) return;
  throw new UsageFault((t) =>
    t('usage.transport', { text: maskedWord(word), path: maskedWord(transportPath(found.rest)) }),
  );
}

/** Whether a word is one of places, as `sources` lists them, or names an engine by its address or its socket. */
export const isPlaceWord = (word: string): boolean =>
  /^(?:store|(?:unix|tcp|npipe):\/\/.+)$/.test(word) ||
  (/^(?:docker|podman)(?:-[a-z0-9-]+)?$/.test(word) && isEngineWord(word)) ||
  isSocketPath(word);

/** Whether a word is an address with a scheme. */
export const isUrl = (word: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(word);

/** Engines that are called otherwise than the usual ones, as far as somebody has looked for them ({@link learnEngines}). */
let found: ReadonlySet<string> = new Set();

/** Whether a word begins as engines are called. */
const isLikeEngine = (word: string): boolean => /^(?:docker|podman)[^/.]*$/.test(word);

/** Whether a word is called as engines are and as something that is there, and none of the usual ones. */
const isEither = (word: string): boolean =>
  isLikeEngine(word) && !foundNames.includes(word) && existsSync(word);

/**
 * Whether a word is an engine's, which goes before a file of that name: `./docker` is a path. What is called `docker-images`, say, and is there is a
 * path unless an engine is called so.
 */
const isEngineWord = (word: string): boolean => isLikeEngine(word) && (!isEither(word) || found.has(word));

/**
 * Finds out which engines there are where one of these words could be an engine's or a path: only then does it matter. Throws as
 * `list` does.
 */
export async function learnEngines(
  words: readonly string[],
  list: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  if (words.some(isEither)) found = await list();
}

/** Whether a word is the path of a socket, at which an engine may listen; one that is not there is called like one. */
function isSocketPath(word: string): boolean {
  if (word === 'store' || isUrl(word) || isEngineWord(word)) return false;
  return glance(word)?.isSocket() ?? /.\.sock$/.test(word);
}

/** The name or the address of the engine that a word means: a socket's path, and one behind `unix://`, is an address from the root on. */
export function engineWord(word: string): string {
  const path = isSocketPath(word) ? word : /^unix:\/\/([^/].*)$/i.exec(word)?.[1];
  return path === undefined ? word : `unix://${resolve(path)}`;
}

/** The word of the engine that `--source` names; null where it names something else, or nothing. */
export function engineOf({ values }: Pick<Parsed, 'values'>): string | null {
  const word = values.get('source')?.[0];
  return word === undefined || word === 'store' || lookedPath({ values }) !== null ? null : word;
}

/**
 * Whether a word names an archive or a folder, and not the store or an engine; of a `target`, which may not be there yet: then it has a slash
 * or a dot, as `out.tar` and `./out` have.
 */
export function isPathWord(word: string): boolean {
  if (word === 'store' || isUrl(word)) return false;
  if (isEngineWord(word) || isSocketPath(word)) return false;
  // What is not there, and is called like a file, is one that is missing.
  return existsSync(word) || word.includes('/') || word.includes('.');
}

/** Whether a word that nothing has as its name is meant as a path: by how it begins or ends. */
export const isLikePath = (word: string): boolean =>
  /^\.{0,2}\/|\/$|\.(?:tar|tgz|txz|tbz2?|tzst)(?:\.[a-z\d]+)?$/i.test(word);

/** Whether a word where an engine belongs is the path of an archive or a folder. */
export const isPathForEngine = (word: string): boolean =>
  isPathWord(word) && (existsSync(word) || isLikePath(word));
