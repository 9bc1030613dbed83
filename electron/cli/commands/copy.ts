import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { maskedWord } from '../../../shared/text/maskedAddress';
import { transportOf } from '../../../shared/image/transport';
import { problem, ProblemError, problemOf } from '../../../shared/image/problem';
import type { ActionContext } from '../../actions/ground/context';
import { home, isEngine } from '../../../shared/ipc/placeKinds';
import type { Limits } from '../../../shared/image/limits';
import { copyImages } from '../../place/copyImages';
import { storePlace } from '../../place/store/homeStore';
import type { Place } from '../../place/place';
import { resolveAt } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { UsageFault } from '../parser';
import { noteShadowed } from '../noteMoved';
import { noteLoaded } from '../noteLoaded';
import { checkThere } from '../inputThere';
import { limitOption, limitsOf } from '../limits';
import { isLikePath, isPathWord, isPlaceWord, refuseTransport } from '../place';
import { planCopy } from '../planCopy';
import { platformOf, platformOption } from '../platform';
import { engineActions, lookPlace, openSource, storeOf } from '../source';
import { shellWord } from '../shellWord';
import { writeOut, writingOptions } from './save';
import { layoutFiles } from '../../actions/target/targetPlace';
import { glance } from '../../store/glance';

/** The place that gives. */
async function giverOf(session: Session, place: string | readonly string[], limits: Limits): Promise<Place> {
  if (typeof place !== 'string' || isPathWord(place)) return lookPlace(session, place, limits);
  return place === home ? storeOf(session) : openSource(session, place);
}

/**
 * All images of a place, by their names; what has none by its digest, an index with all of its platforms. A further manifest without a name, of an
 * image that has one, is an earlier form of it and does not come along.
 */
async function everyImage(giver: Place): Promise<readonly string[]> {
  const { graph, damaged } = await giver.view();
  // All of them are meant: what is there without one would pass for all.
  const [lack] = damaged;
  if (lack) throw ProblemError.from(lack.problem);
  return [...new Set(graph.images.flatMap(({ names, roots }) => (names.length > 0 ? names : roots)))];
}

/** Whether a path is a layout folder that is there: images are added to it. */
const isLayout = (path: string): boolean => layoutFiles.every((name) => existsSync(join(path, name)));

/** The parts of a word in the way of other tools, a path that is there with a name of an image behind it (`DIR:NAME`); null for any other. */
function placedName(word: string): { readonly path: string; readonly name: string } | null {
  for (const { index } of word.matchAll(/:/g)) {
    const [path, name] = [word.slice(0, index), word.slice(index + 1)];
    if (path !== '' && name !== '' && isPathWord(path) && existsSync(path)) return { path, name };
  }
  return null;
}

/**
 * Throws `target-there` for a file that holds something: a pattern of the shell may end in an archive that was to be read. What was opened
 * for us, as `/dev/stdout` is, is written into.
 */
function refuseOld(path: string): void {
  const info = glance(path);
  if (info?.isFile() !== true || info.size === 0) return;
  if (/^\/dev\/std(?:out|err)$/.test(path) || realpathSync(dirname(path)).startsWith('/proc/')) return;
  throw problem('target-there', { path: basename(path), bytes: info.size });
}

/**
 * The words, where they are paths of archives and folders and no images of the store; null where they are images. Throws
 * `file-not-found` for a path with nothing at it, `transport-word` for a word of another tool, {@link UsageFault} for paths among images, for a place, and for a path with a name behind it.
 */
async function pathsOf(session: Session, words: readonly string[]): Promise<readonly string[] | null> {
  const isMeant = (word: string): boolean =>
    (isPathWord(word) && existsSync(word)) ||
    isLikePath(word) ||
    isPlaceWord(word) ||
    placedName(word) !== null;
  if (!words.some((word) => isMeant(word) || transportOf(word))) return null;
  const graph = await session.context().then(
    async (context) => (await readStoreView(context)).graph,
    () => null,
  );
  const isImage = (word: string): boolean => {
    try {
      if (graph) resolveAt(graph, word);
      return graph !== null;
    } catch {
      return false;
    }
  };
  const others = words.filter((word) => !isImage(word));
  const files = others.filter((word) => isPathWord(word) && existsSync(word));
  for (const word of others) {
    const transport = existsSync(word) ? null : transportOf(word);
    if (transport)
      throw problem('transport-word', {
        text: maskedWord(word),
        transport: transport.transport,
        rest: maskedWord(transport.rest),
        copied: true,
      });
    if (isPlaceWord(word) && !files.includes(word))
      throw new UsageFault((t) => t('usage.copyPlace', { text: maskedWord(word) }));
    const placed = existsSync(word) ? null : placedName(word);
    if (placed)
      throw new UsageFault((t) =>
        t('usage.copyNamed', { text: word, path: shellWord(placed.path), name: shellWord(placed.name) }),
      );
    if (isLikePath(word)) checkThere(word);
  }
  if (files.length === 0) return null;
  if (files.length < words.length) throw new UsageFault((t) => t('usage.copyMixed'));
  return files;
}

export const copy: Command = {
  name: 'copy',
  usage:
    'copy [--source PLACE] [--format FORM] [--compress none|gzip|zstd] [--except IMG[@LAYER]|FILE]… [-n] [-q] [--platform OS/ARCH[/VARIANT]] [--limit NAME=VALUE…] FROM… TO',
  summary: [
    'Copies images between any two places: the store, an engine (see sources), an archive or a layout folder. FROM is an image of --source (without it of the store), or paths of archives and folders, which mean all their images; TO is store, an engine, or a path to write, where no archive is yet. Every digest is verified, image IDs stay, what is there does not travel, and it is all or nothing.',
    '在任意两处之间复制镜像：仓库、引擎（见 sources）、归档或布局目录。FROM 是 --source 中的镜像（省略时为仓库中的镜像），或若干归档、目录的路径（表示其中全部镜像）；TO 是 store、某个引擎，或要写入的路径（那里还没有归档）。逐一校验 digest，镜像 ID 不变，已有的内容不再传输；要么全部完成，要么什么都不做。',
  ],
  options: [
    {
      long: 'source',
      value: 'PLACE',
      help: ['where the images are: store, an engine, a path', '镜像所在之处：store、引擎或路径'],
    },
    {
      long: 'format',
      value: 'FORM',
      help: [
        'of a path to write: docker-archive (default), oci-archive, or oci-dir: a folder',
        '写入路径时的形式：docker-archive（默认）、oci-archive 或 oci-dir（目录）',
      ],
    },
    ...writingOptions,
    platformOption,
    limitOption,
    {
      long: 'quiet',
      short: 'q',
      help: [
        'print the names of images only, no sizes or notes; nothing where standard output is the archive',
        '只输出镜像名称，不输出大小和说明；归档写到标准输出时不输出任何信息',
      ],
    },
  ],
  examples: [
    'stratigraph copy shop.tar docker',
    'stratigraph copy shop.tar base.tar all.tar',
    'stratigraph copy --source docker shop:1.6 store',
    'stratigraph copy --source shop.tar shop:1.6 part.tar',
    'stratigraph copy --source docker shop:1.6 podman',
    'stratigraph copy --source shop.tar --format oci-archive --compress zstd shop:1.6 small.tar',
  ],
  opensSource: true,
  async execute(session, parsed) {
    const { words, values, switches } = parsed;
    const [to] = words.slice(-1);
    const named = words.slice(0, -1);
    const [first] = named;
    if (to === undefined || first === undefined) throw new UsageFault((t) => t('usage.copy'));
    refuseTransport(to);
    const isPath = isPathWord(to);
    // How something is written is for who writes a path: the store and engines keep images as they are.
    const isFormed = ['format', 'compress', 'except'].some((name) => values.has(name));
    const isWriting = isFormed || switches.has('dry-run');
    if (!isPath && isFormed)
      throw new UsageFault((t) => t('usage.copyFormat', { path: shellWord(`./${to}`) }));
    if (isPath && to !== '-' && values.get('format')?.[0] !== 'oci-dir') refuseOld(to);
    const limits = limitsOf(parsed);
    const source = values.get('source')?.[0];
    const files = source === undefined ? await pathsOf(session, named) : null;
    const giver = await giverOf(session, source ?? files ?? home, limits);
    const what = files ? await everyImage(giver) : named;
    if (giver.layers && giver.id !== home && !switches.has('quiet'))
      await giver.layers.within((context) => {
        noteShadowed(session, context, files ? null : what);
        return Promise.resolve();
      });
    if (what.length === 0) throw problem('archive-empty', { file: first });
    const platform = platformOf(parsed);
    const title = named[0] ?? '';
    if (to === home) {
      if (giver.id === home) {
        const { graph } = await giver.view();
        for (const word of what) resolveAt(graph, word);
        throw new UsageFault((t) => t('usage.copySame'));
      }
      if (switches.has('dry-run')) {
        const store = (await isStoreThere(session)) ? { ...(await session.context()), limits } : null;
        const taker = { place: store && storePlace(store), store };
        const tools = session.pool ? { pool: session.pool } : await session.context();
        const sending = { tools, from: giver, to: taker, isQuiet: switches.has('quiet') };
        await planCopy(session, sending, { what, exact: true, platform });
        return;
      }
      const context = { ...(await session.context({ make: true })), limits };
      const ends = { from: giver, to: storePlace(context) };
      const result = await copyImages(context, ends, { what, exact: true, platform }, session.run(title));
      session.endProgress();
      if (session.json) session.out(jsonText(result));
      else if (result.kind !== 'copyOut') {
        const lines = result.images.flatMap(({ id, names }) => (names.length === 0 ? [id] : names));
        for (const line of new Set(lines)) session.out(`${line}\n`);
        await noteLoaded(session, context, result, switches.has('quiet'));
      }
      return;
    }
    if (!isPath && isEngine(giver.id) && (await openSource(session, to)).id === giver.id)
      throw new UsageFault((t) => t('usage.copySame'));
    const rest = new Map([...values, [isPath ? 'output' : 'to', [to]]]);
    rest.delete('source');
    if (isPath && isLayout(to) && !rest.has('format')) rest.set('format', ['oci-dir']);
    const inner = { ...parsed, words: what, values: rest };
    // What saves saves from whatever stands for the store.
    const saveFrom = (context: ActionContext): Promise<void> =>
      writeOut({ ...session, context: () => Promise.resolve(context) }, inner, { keepsOld: true });
    // The form in which a place itself writes comes as it is.
    const isOwnForm = giver.cannot.includes('form') && !isWriting && !rest.has('format') && platform === null;
    const tools = session.pool ? { pool: session.pool } : await session.context();
    if (isPath && isOwnForm) {
      const asIs = { ...inner, values: rest.set('source', [source ?? '']) };
      if (await isStoreThere(session)) return writeOut(session, asIs, { keepsOld: true });
      const { inScratch } = await engineActions();
      return inScratch(tools, (scratch) =>
        writeOut({ ...session, context: () => Promise.resolve(scratch) }, asIs, { keepsOld: true }),
      );
    }
    return giver.give.lend(tools, { what, exact: true }, session.run(title), saveFrom);
  },
};

/** Whether the store is there: nothing of it is needed for what goes from an engine to another place. */
async function isStoreThere(session: Session): Promise<boolean> {
  try {
    await session.context();
    return true;
  } catch (thrown) {
    const found = problemOf(thrown);
    if (found.code === 'store-invalid' && found.facts.reason === 'missing') return false;
    throw thrown;
  }
}
