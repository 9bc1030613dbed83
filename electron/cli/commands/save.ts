import { fstatSync, statSync } from 'node:fs';
import { planSave, type SaveCompression, type SavePlan } from '../../actions/copy/planArchive';
import type { HeldLayers } from '../../export/imageExport';
import type { OperationResult, OtherPlatforms } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
import { copyImages } from '../../place/copyImages';
import { planLayout, planNewLayout, saveLayout } from '../../actions/copy/saveLayout';
import type { OutCompression } from '../../tar/compress';
import { exports as formats } from '../../export/exports';
import { formatBytes, visibleName } from '../../../shared/text/format';
import { jsonText } from '../columns';
import { counted } from '../../../shared/text/counted';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { noteManifests, noteMoved, noteMoves, noteShadowed } from '../noteMoved';
import { UsageFault, type OptionSpec, type Parsed } from '../parser';
import { isPathForEngine, lookedPath } from '../place';
import { shellWord } from '../shellWord';
import { planCopy } from '../planCopy';
import { printListed } from '../printListed';
import { namedPlatforms, platformOf } from '../platform';
import { noteLostArtifacts, openSource, sourceOf, sourceOption, storeOf } from '../source';
import { glance } from '../../store/glance';

function isFormat(text: string): text is keyof typeof formats {
  return Object.hasOwn(formats, text);
}

function isCompression(text: string): text is OutCompression {
  return ['none', 'gzip', 'zstd'].includes(text);
}

async function readExcept(session: Session, words: readonly string[]): Promise<HeldLayers> {
  // Reading archives takes packages that other saves need not wait for.
  const { heldByWords, readHeld } = await import('../../actions/copy/heldLayers');
  const context = await session.context();
  return readHeld(context, await heldByWords(context, words), session.run(words[0] ?? ''));
}

/** What would be written: `writes 12 MB of 312 MB, 3 layers; 5 layers are already there`. */
function planText({ bytes, exact, layers, leftOut }: SavePlan): string {
  const size = exact ? formatBytes(bytes) : `${formatBytes(bytes)} before compression`;
  const of = leftOut.layers === 0 ? '' : ` of ${formatBytes(bytes + leftOut.bytes)}`;
  return `writes ${size}${of}, ${counted(layers, 'layer')}${thereText(leftOut)}.`;
}

function savedText({ file, bytes, layers, leftOut }: Saved): string {
  return `${visibleName(file)}: ${formatBytes(bytes)}, ${counted(layers, 'layer')}${thereText(leftOut)}.`;
}

function thereText(there: { readonly layers: number; readonly bytes?: number } | undefined): string {
  if (!there || there.layers === 0) return '';
  const size = there.bytes === undefined ? '' : ` (${formatBytes(there.bytes)})`;
  return `; ${counted(there.layers, 'layer')}${size} ${there.layers === 1 ? 'is' : 'are'} already there`;
}

/** Says of each name which of its platforms a docker-archive holds, and which are left out. */
function notePlatforms(session: Session, left: readonly OtherPlatforms[] = []): void {
  const t = translator(session.language);
  for (const { name, platform, others } of left)
    session.note(t('cli.platformsLeftOut', { name: visibleName(name), platform, ...namedPlatforms(others) }));
}

/** Says which platform has a name that several images of a docker-archive came with. */
function noteShared(session: Session, shared: readonly OtherPlatforms[] = []): void {
  const t = translator(session.language);
  for (const { name, platform, others } of shared)
    session.note(t('cli.nameOnce', { name: visibleName(name), platform, ...namedPlatforms(others) }));
}

/** Says which names a docker-archive does not take. */
function noteNames(session: Session, left: readonly string[] = []): void {
  const t = translator(session.language);
  for (const name of left) session.note(t('cli.nameLeftOut', { name: visibleName(name) }));
}

/** Says how many signatures and other artifacts are not in what was written, and why. */
function noteReferrers(session: Session, form: keyof typeof formats | 'oci-dir', count = 0): void {
  const why = form === 'docker-archive' ? 'cli.referrersNoRoom' : 'cli.referrersLeftOut';
  if (count > 0) session.note(translator(session.language)(why, { count }));
}

/** Whether an archive goes where the lines of a command go, whatever that is called (`/dev/stdout`): nothing is printed among its bytes. */
function isStandardOutput(target: string): boolean {
  try {
    const [out, named] = [fstatSync(1), statSync(target)];
    return out.dev === named.dev && out.ino === named.ino;
  } catch {
    return false;
  }
}

type Saved = Pick<OperationResult & { readonly kind: 'save' }, 'file' | 'bytes' | 'layers' | 'leftOut'>;

/** Options of whatever writes a path: `save`, and `copy`, which is `save` then. */
export const writingOptions: readonly OptionSpec[] = [
  {
    long: 'compress',
    value: 'HOW',
    help: [
      'write all layers as none, gzip or zstd (without it: as they are stored, in a docker-archive none)',
      '所有层按 none、gzip 或 zstd 写出（省略时保持存储时的形式，docker-archive 为 none）',
    ],
  },
  {
    long: 'except',
    value: 'IMG|FILE',
    many: true,
    help: [
      'leave out the layers of this image, archive, layout folder or list of digests; may be given several times',
      '省略该镜像、归档、布局目录或 digest 列表中的层；可重复使用',
    ],
  },
  {
    long: 'dry-run',
    short: 'n',
    help: ['only say what would be written or sent', '只说明将写出或传输的内容'],
  },
];

/** What `copy` asks of what writes for it beyond the options of a person. */
export interface Saving {
  /** A file that holds something stays, whenever it came. */
  readonly keepsOld: boolean;
}

export const save: Command = {
  name: 'save',
  usage:
    'save [-o FILE | --to NAME] [--format FORM] [--compress none|gzip|zstd] [--except IMG[@LAYER]|FILE]… [-n] [-q] [--platform OS/ARCH[/VARIANT]] [--source PLACE [--limit NAME=VALUE…]] IMG[@LAYER]…',
  summary: [
    'Saves images into one archive, shared layers once. Layers keep their bytes, so image IDs survive. The file is replaced only when the archive is whole. With --to they are copied to an engine instead.',
    '把镜像导出到一个归档，共享层只写一份。层的字节不变，镜像 ID 保持不变。归档完整后才替换目标文件。使用 --to 时改为复制到引擎。',
  ],
  options: [
    {
      long: 'output',
      short: 'o',
      value: 'FILE',
      help: ['write to this file instead of standard output', '写入该文件而不是标准输出'],
    },
    {
      long: 'format',
      value: 'FORM',
      help: [
        'docker-archive (default), oci-archive, or oci-dir: a folder',
        'docker-archive（默认）、oci-archive 或 oci-dir（目录）',
      ],
    },
    ...writingOptions,
    {
      long: 'to',
      value: 'NAME',
      help: ['copy to this engine (see sources)', '复制到该引擎（见 sources）'],
    },
    {
      long: 'platform',
      value: 'OS/ARCH[/VARIANT]',
      help: [
        'of names for several platforms write this one alone (without it: a docker-archive that of this machine, an OCI form all)',
        '名称含多个平台时只写出该平台（省略时 docker-archive 写出本机平台，OCI 形式写出全部）',
      ],
    },
    sourceOption,
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
    'stratigraph save -o shop.tar shop:1.6',
    'stratigraph save --format oci-archive -o all.tar shop:1.5 shop:1.6',
    'stratigraph save --format oci-dir -o ./layout shop:1.6',
    'stratigraph save --platform linux/arm64 -o shop.tar shop:1.6',
    'stratigraph save --except debian:12 -o thin.tar shop:1.6',
    'stratigraph save --compress gzip -o shop.tar shop:1.6',
    'stratigraph save shop:1.6 | docker load',
    'stratigraph save --to docker shop:1.6',
    'stratigraph save --source podman -o shop.tar shop:1.6',
  ],
  execute: (session, parsed) => writeOut(session, parsed, { keepsOld: false }),
};

/** {@link save}, also for `copy`. Throws as its parts, {@link UsageFault} for words that do not go together. */
export async function writeOut(whole: Session, parsed: Parsed, { keepsOld }: Saving): Promise<void> {
  const { values, words } = parsed;
  const isQuiet = parsed.switches.has('quiet');
  const session = isQuiet ? { ...whole, note: () => undefined } : whole;
  if (words.length === 0) throw new UsageFault((t) => t('usage.save'));
  const format = values.get('format')?.[0] ?? 'docker-archive';
  if (!isFormat(format) && format !== 'oci-dir')
    throw new UsageFault((t) => t('usage.format', { text: [...Object.keys(formats), 'oci-dir'].join(', ') }));
  const asked = values.get('compress')?.[0];
  if (asked !== undefined && !isCompression(asked)) throw new UsageFault((t) => t('usage.compress'));
  const compression: SaveCompression = asked ?? 'kept';
  if (compression === 'zstd' && format === 'docker-archive')
    throw new UsageFault((t) => t('usage.compressZstd'));
  const output = values.get('output')?.[0];
  const to = values.get('to')?.[0];
  const platform = platformOf(parsed);
  if (to !== undefined) {
    if (isPathForEngine(to)) throw new UsageFault((t) => t('usage.saveToPath', { path: shellWord(to) }));
    const isEngine = values.has('source') && lookedPath(parsed) === null;
    const other = isEngine || ['output', 'format', 'compress', 'except'].some((name) => values.has(name));
    if (other) throw new UsageFault((t) => t('usage.saveTo'));
    const ends = { from: storeOf(session), to: await openSource(session, to) };
    const tools = await session.context();
    if (parsed.switches.has('dry-run')) {
      const sending = { tools, from: ends.from, to: { place: ends.to, store: null }, isQuiet };
      const plan = await planCopy(session, sending, { what: words, exact: true, platform });
      notePlatforms(session, plan.otherPlatforms);
      noteNames(session, plan.namesLeftOut);
      noteReferrers(session, 'docker-archive', plan.lostReferrers);
      return;
    }
    const copied = await copyImages(
      tools,
      ends,
      { what: words, exact: true, platform },
      session.run(words[0] ?? ''),
    );
    session.endProgress();
    if (copied.kind !== 'copyOut') throw new Error(`save --to made a ${copied.kind}`);
    noteMoved(session, copied);
    notePlatforms(session, copied.otherPlatforms);
    noteShared(session, copied.sharedNames);
    noteNames(session, copied.namesLeftOut);
    noteReferrers(session, 'docker-archive', copied.lostReferrers);
    if (session.json) session.out(jsonText(copied));
    else if (isQuiet) printListed(session, copied);
    else
      session.note(
        `${ends.to.label}: ${formatBytes(copied.bytes)} sent, ${counted(copied.layers, 'layer')}${thereText({ layers: copied.heldLayers ?? 0 })}.`,
      );
    return;
  }
  const dryRun = parsed.switches.has('dry-run');
  const except = values.get('except') ?? [];
  const fromEngine =
    values.has('source') && lookedPath(parsed) === null && values.get('source')?.[0] !== 'store';
  if ((dryRun || except.length > 0 || platform !== null) && fromEngine)
    throw new UsageFault((t) => t('usage.engineFormat'));
  if (lookedPath(parsed) !== null) noteShadowed(session, await session.context(), words);
  const held = except.length === 0 ? undefined : await readExcept(session, except);
  if (dryRun) {
    const archive = format === 'oci-dir' ? 'oci-archive' : format;
    const request = {
      what: words,
      exact: true,
      format: archive,
      compression,
      platform,
      ...(held && { held }),
    };
    const context = await session.context();
    const isFolder = output !== undefined && output !== '-';
    const plan = await (format !== 'oci-dir'
      ? planSave(context, request)
      : isFolder
        ? planLayout(context, { ...request, target: output })
        : planNewLayout(context, request));
    session.endProgress();
    noteMoves(session, plan.movedFrom ?? []);
    noteManifests(session, plan.otherManifests);
    notePlatforms(session, plan.otherPlatforms);
    noteShared(session, plan.sharedNames);
    noteNames(session, plan.namesLeftOut);
    noteReferrers(session, format, plan.lostReferrers);
    if (session.json) session.out(jsonText(plan));
    else if (isQuiet) printListed(session, plan);
    else session.out(`${planText(plan)}\n`);
    return;
  }
  if (format === 'oci-dir') {
    if (output === undefined || output === '-') throw new UsageFault((t) => t('usage.ociDir'));
    if (fromEngine) throw new UsageFault((t) => t('usage.engineFormat'));
    const run = session.run(words[0] ?? '');
    const saved = await saveLayout(
      await session.context(),
      { what: words, exact: true, compression, platform, target: output, ...(held && { held }) },
      run,
    );
    session.endProgress();
    noteMoved(session, saved);
    noteManifests(session, saved.otherManifests);
    noteReferrers(session, format, saved.lostReferrers);
    await noteLostArtifacts(whole, await session.context());
    if (session.json) session.out(jsonText({ ...saved, file: output }));
    else if (isQuiet) printListed(session, saved);
    else session.note(savedText(saved));
    return;
  }
  if (output === undefined && process.stdout.isTTY) {
    throw new UsageFault((t) => t('usage.archiveTerminal'));
  }
  const toStream = output === undefined || output === '-';
  const target = toStream ? process.stdout : output;
  const place = await sourceOf(session, parsed);
  const isOwnForm = place.cannot.includes('form');
  if (isOwnForm && ['format', 'compress', 'except'].some((name) => values.has(name)))
    throw new UsageFault((t) => t('usage.engineFormat'));
  const context = await session.context();
  const run = session.run(words[0] ?? '');
  const has = held === undefined ? {} : { held: () => Promise.resolve(held) };
  const request = { what: words, exact: true, format, compression, platform, target, keepsOld, ...has };
  const isAmongBytes = toStream || isStandardOutput(output);
  const old = typeof target === 'string' ? glance(target) : undefined;
  const result = await place.give.archive(context, request, run);
  session.endProgress();
  if (old?.isFile() === true && old.size > 0)
    session.note(translator(session.language)('cli.replaced', { bytes: old.size }));
  notePlatforms(session, result.otherPlatforms);
  noteShared(session, result.sharedNames);
  noteNames(session, result.namesLeftOut);
  noteReferrers(session, format, result.lostReferrers);
  // A docker-archive has no artifacts in any case.
  if (!isOwnForm && format === 'oci-archive') await noteLostArtifacts(whole, context);
  if (session.json && isAmongBytes) whole.note(jsonText(result).trimEnd());
  else if (session.json) session.out(jsonText(toStream ? result : { ...result, file: output }));
  else if (isQuiet && !isAmongBytes) printListed(session, result);
  else if (!toStream) session.note(savedText(result));
}
