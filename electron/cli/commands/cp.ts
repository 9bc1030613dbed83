import { problemOf } from '../../../shared/image/problem';
import { translator } from '../../../shared/text/catalogue';
import { copyFromTree } from '../../actions/copy/copyFromTree';
import { findMount } from '../../actions/trees/mounts';
import type { Shown } from '../../actions/copy/shownLayers';
import { readStoreView } from '../../actions/images/storeView';
import { takeKindOf } from '../../actions/trees/workspaceKind';
import { readWorkspaces } from '../../actions/records/workspaceRecords';
import type { ActionContext } from '../../actions/ground/context';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { copySources } from '../copySources';
import { imageAndLayer } from '../imageAndLayer';
import { UsageFault, type Parsed } from '../parser';
import { noteUnkept } from '../noteUnkept';
import { sourceOption } from '../source';
import { platformOption } from '../platform';
import { sweptContext } from '../sweep';

/** The tree that a word names: a workspace, an image or a layer of it, or what is mounted. Throws `image-not-found`. */
async function treeOf(
  session: Session,
  context: ActionContext,
  name: string,
  parsed: Parsed,
): Promise<Shown> {
  const workspaces = await readWorkspaces(context.store.directory);
  if (workspaces.some((each) => each.name === name)) {
    await takeKindOf(context, name);
    return { workspace: name };
  }
  try {
    const { image, layer } = imageAndLayer(session, await readStoreView(context), name, parsed);
    return { image: image.id, only: layer };
  } catch (thrown) {
    if (problemOf(thrown).code !== 'image-not-found') throw thrown;
    const mount = await findMount(context, name).catch(() => null);
    if (!mount) throw thrown;
    return mount.kind === 'image' ? { image: mount.image, upTo: mount.upTo } : { workspace: mount.name };
  }
}

export const cp: Command = {
  name: 'cp',
  usage:
    'cp [--source PLACE [--limit NAME=VALUE…]] [-a] [-L] [-q] [--platform OS/ARCH[/VARIANT]] IMG[@LAYER]|WORKSPACE|MOUNT:PATH DEST|-',
  summary: [
    'Copies a file or folder out of an image, a layer, a workspace or a mount, as docker cp does; to standard output as a tar. No mount is needed. Files are yours, with the recorded modes and times; devices and pipes are left out.',
    '像 docker cp 那样从镜像、层、工作区或挂载中复制文件或目录；输出到标准输出时为 tar。无需挂载。文件归你所有，保留记录的模式和时间；设备和管道不复制。',
  ],
  options: [
    sourceOption,
    limitOption,
    {
      long: 'archive',
      short: 'a',
      help: ['with owners and special bits, as root', '连同属主和特殊权限位（需 root）'],
    },
    {
      long: 'follow-link',
      short: 'L',
      help: [
        'what a link at PATH leads to, instead of the link',
        '复制 PATH 处链接所指的内容，而不是链接本身',
      ],
    },
    { long: 'quiet', short: 'q', help: ['say nothing', '不输出任何信息'] },
    platformOption,
  ],
  examples: [
    'stratigraph cp shop:1.6:/etc/passwd .',
    'stratigraph cp shop:1.6:/app/. ./app',
    'stratigraph cp shop:1.6@2:/app/.npmrc -  | tar -xO',
    'stratigraph cp fix:/var/log logs',
  ],
  paths: ({ words }) => words.slice(0, 1),
  pathsIn: () => 'source',
  engineNeed: ({ words: [word = ''] }) => ({ tried: copySources(word).map(({ name }) => name) }),
  async execute(session, parsed) {
    const { words, switches } = parsed;
    const [word, dest, more] = words;
    if (word === undefined || dest === undefined || more !== undefined)
      throw new UsageFault((t) => t('usage.cp'));
    const sources = copySources(word);
    const toStream = dest === '-';
    if (sources.length === 0) throw new UsageFault((t) => t('usage.cpFrom', { text: word }));
    if (toStream && process.stdout.isTTY) throw new UsageFault((t) => t('usage.tarballTerminal'));
    const context = await sweptContext(session, { reads: true });
    let from: Shown | null = null;
    let path = '';
    let fault: unknown = null;
    for (const source of sources) {
      try {
        from = await treeOf(session, context, source.name, parsed);
        path = source.path;
        break;
      } catch (thrown) {
        if (problemOf(thrown).code !== 'image-not-found') throw thrown;
        fault ??= thrown;
      }
    }
    if (from === null) throw fault;
    const t = translator(session.language);
    const isRoot = process.getuid?.() === 0;
    if (switches.has('archive') && !isRoot && !toStream) session.note(t('cli.copyOwners'));
    const request = {
      from,
      path,
      follow: switches.has('follow-link'),
      owners: switches.has('archive') && isRoot,
    };
    const result = await copyFromTree(context, request, toStream ? process.stdout : dest, session.run(word));
    session.endProgress();
    const { bytes, entries, file, leftOut, unkept } = result;
    if (session.json) {
      const text = jsonText({ bytes, entries, file, leftOut, ...(unkept && { unkept }) });
      if (toStream) session.note(text.trimEnd());
      else session.out(text);
      return;
    }
    if (switches.has('quiet')) return;
    if (!toStream) session.note(t('cli.copied', { bytes, entries, file: dest, leftOut }));
    noteUnkept(session, result);
  },
};
