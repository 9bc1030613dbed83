import { takeKindOf } from '../../actions/trees/workspaceKind';
import { shortDigest } from '../../../shared/image/digest';
import { formatAgeInWords, formatBytes, visiblePath, visibleText } from '../../../shared/text/format';
import { problemSentence } from '../../../shared/text/problemText';
import type { Change } from '../../../shared/layer/change';
import { problem } from '../../../shared/image/problem';
import type { ActionContext } from '../../actions/ground/context';
import { removeImages } from '../../actions/images/removeImages';
import { resolveAt } from '../../actions/images/resolveImage';
import { imageAtLayer } from '../../actions/making/tagLayer';
import { readStoreView } from '../../actions/images/storeView';
import { damagedProblem, damagedWorkspaces } from '../../actions/records/workspaceRecords';
import {
  createWorkspace,
  listWorkspaces,
  mountWorkspace,
  removeWorkspace,
  renameWorkspace,
  unmountWorkspace,
  workspaceChanges,
} from '../../actions/trees/workspaces';
import { columns, jsonText } from '../columns';
import { counted } from '../../../shared/text/counted';
import { goTime, rowFormat, rowFormatOption } from '../rowFormat';
import type { Command, Session } from '../command';
import { eachName } from '../eachName';
import { UsageFault, type Parsed } from '../parser';
import { sweptContext } from '../sweep';

type Verb = (
  session: Session,
  context: ActionContext,
  words: readonly string[],
  parsed: Parsed,
) => Promise<number | void>;

function one(words: readonly string[], verb: string): string {
  const [name, more] = words;
  if (name === undefined || more !== undefined)
    throw new UsageFault((t) => t('usage.workspaceOne', { name: verb }));
  return name;
}

const letters = { added: 'A', changed: 'C', removed: 'D' } as const;

/** A change as `docker diff` prints it. */
export function diffLine({ kind, path }: Pick<Change, 'kind' | 'path'>): string {
  return `${letters[kind]} /${visiblePath(path)}`;
}

/** The fields of templates for workspaces, with their headings. */
const heads = {
  Name: 'NAME',
  Image: 'IMAGE',
  ImageID: 'IMAGE ID',
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  Mounted: 'MOUNTED',
  Path: 'PATH',
};

const verbs: Readonly<Record<string, Verb>> = {
  async create(session, context, words) {
    const [imageName, name, more] = words;
    if (imageName === undefined || more !== undefined)
      throw new UsageFault((t) => t('usage.workspaceCreate'));
    const { image, layer } = resolveAt((await readStoreView(context)).graph, imageName);
    const run = session.run(imageName);
    const { id, isNew } =
      layer === null
        ? { id: image.id, isNew: false }
        : await imageAtLayer(context, { image: image.id, upTo: layer }, run);
    const record = await createWorkspace(context, { image: id, name: name ?? null }, run).catch(
      async (thrown: unknown) => {
        // Nobody has asked for the image alone.
        if (isNew)
          await removeImages(context, { images: [id], names: [] }, session.run('')).catch(() => null);
        throw thrown;
      },
    );
    session.endProgress();
    session.out(session.json ? jsonText({ name: record.name, image: record.image }) : `${record.name}\n`, {
      kind: 'workspace',
      name: record.name,
    });
  },
  async ls(session, context, words, parsed) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.workspaceLs'));
    const format = rowFormat(session, parsed, heads);
    const all = await listWorkspaces(context);
    if (format)
      format(
        all.map((each) => ({
          Name: each.name,
          Image: visibleText(each.imageName),
          ImageID: shortDigest(each.image),
          CreatedAt: goTime(each.created),
          CreatedSince: formatAgeInWords(each.created, Date.now(), session.language),
          Mounted: String(each.mounted),
          Path: each.mounted ? visibleText(each.path) : '',
        })),
      );
    else if (session.json) session.out(jsonText(all));
    else
      session.out(
        columns([
          ['NAME', 'IMAGE', 'IMAGE ID', 'CREATED', 'MOUNTED'],
          ...all.map((each) => [
            each.name,
            each.imageName,
            shortDigest(each.image),
            each.created.slice(0, 19).replace('T', ' '),
            each.mounted ? each.path : 'no',
          ]),
        ]),
      );
    const damaged = await damagedWorkspaces(context.store.directory);
    for (const name of damaged)
      session.note(
        problemSentence((await damagedProblem(context.store.directory, name)).problem, session.language),
      );
    return damaged.length > 0 ? 1 : 0;
  },
  async rm(session, context, words) {
    if (words.length === 0) throw new UsageFault((t) => t('usage.workspaceRm'));
    const { done: removed, code } = await eachName(session, words, async (name) => {
      await takeKindOf(context, name);
      await removeWorkspace(context, name);
      if (!session.json) session.out(`Removed: ${name}\n`);
      return name;
    });
    if (session.json) session.out(jsonText({ removed }));
    return code;
  },
  async rename(session, context, words) {
    const [name, to, more] = words;
    if (name === undefined || to === undefined || more !== undefined)
      throw new UsageFault((t) => t('usage.workspaceRename'));
    await takeKindOf(context, name);
    await renameWorkspace(context, name, to);
    if (session.json) session.out(jsonText({ name: to }));
  },
  async path(session, context, words) {
    const name = one(words, 'path');
    await takeKindOf(context, name);
    await mountWorkspace(context, name, true, session.run(name));
    session.endProgress();
    const found = (await listWorkspaces(context)).find((each) => each.name === name);
    if (!found) throw problem('workspace-not-found', { name });
    const stands = { kind: 'workspace-mount', name } as const;
    session.out(session.json ? jsonText({ name, path: found.path }) : `${found.path}\n`, stands);
  },
  async umount(session, context, words) {
    const name = one(words, 'umount');
    await takeKindOf(context, name);
    await unmountWorkspace(context, name);
    if (session.json) session.out(jsonText({ name }));
  },
  async diff(session, context, words) {
    const name = one(words, 'diff');
    await takeKindOf(context, name);
    const found = await workspaceChanges(context, name, session.run(name), null, Number.MAX_SAFE_INTEGER);
    session.endProgress();
    if (session.json) session.out(jsonText(found));
    else for (const change of found?.changes ?? []) session.out(`${diffLine(change)}\n`);
    // As a commit counts them: a folder that is listed for what is in it has no change of its own.
    const changes = found?.changes.filter(({ onlyParent }) => !onlyParent) ?? [];
    if (found && !session.json)
      session.note(`${counted(changes.length, 'change')}, ${formatBytes(found.bytes)} in the workspace.`);
  },
};

export const workspace: Command = {
  name: 'workspace',
  usage:
    'workspace create IMG[@LAYER] [NAME] | ls [--format FORMAT] | path NAME | diff NAME | umount NAME | rename NAME NEW | rm NAME…',
  summary: [
    'Writable overlays on images: create makes one (with @LAYER on an image of the layers up to that one, which has no name), path mounts it and prints where to work, diff lists what changed as docker diff does, rm removes it with its changes. commit makes an image of it.',
    '镜像之上的可写工作区：create 创建（使用 @LAYER 时基于到该层为止的无名镜像），path 挂载并输出工作目录，diff 像 docker diff 一样列出更改，rm 连同更改一起删除。用 commit 把它提交为镜像。',
  ],
  options: [rowFormatOption],
  examples: [
    'stratigraph workspace create shop:1.6 fix',
    'stratigraph workspace create shop:1.6@2 from-base',
    'cd "$(stratigraph workspace path fix)"',
    'stratigraph workspace diff fix',
  ],
  async execute(session, parsed) {
    const [verb = '', ...rest] = parsed.words;
    const work = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!work)
      throw new UsageFault((t) =>
        t('usage.verbs', { name: 'workspace', text: Object.keys(verbs).join(', ') }),
      );
    if (verb !== 'ls' && parsed.values.has('format')) throw new UsageFault((t) => t('usage.workspaceFormat'));
    const context = await sweptContext(session);
    return (await work(session, context, rest, parsed)) ?? 0;
  },
};
