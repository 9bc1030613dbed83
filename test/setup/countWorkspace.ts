import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import { compareFiles } from '../../electron/actions/inside/compareFiles';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import {
  createWorkspace,
  mountWorkspace,
  removeWorkspace,
  workspaceChanges,
} from '../../electron/actions/trees/workspaces';

/** What each that counts says of one workspace; a line a path, `added etc/x`. */
export interface Counts {
  /** Of the list of changes; `(parent)` and what differs behind it. */
  readonly listed: readonly string[];
  /** Of the commit. */
  readonly changes: number;
  readonly stay: number;
  /** Members of the layer, as GNU tar lists them; null where there is no layer. */
  readonly members: readonly string[] | null;
  /** Names of further hard links in it. */
  readonly links: readonly (readonly [name: string, target: string])[];
  /** Of comparing both images' files. */
  readonly compared: readonly string[];
  readonly timesOnly: number;
  /** Of the workspace after the commit. */
  readonly left: readonly string[];
  /** The image's tree, and the tree that the workspace showed: path, type, mode, owner, size or target, and time. */
  readonly before: Readonly<Record<string, string>>;
  readonly shown: Readonly<Record<string, string>>;
  /** The tree of the image that was made, as a new workspace on it shows it. */
  readonly made: Readonly<Record<string, string>>;
}

/** Changes a workspace on the image by shell lines in `$TREE`, each of which may fail, commits it, and asks everybody. */
export async function countWorkspace(
  context: ActionContext,
  { image, lines }: { readonly image: string; readonly lines: readonly string[] },
  run: Run,
): Promise<Counts> {
  const { id: old } = resolveImage((await readStoreView(context)).graph, image).image;
  await createWorkspace(context, { image: old, name: 'counted' }, run);
  const { merged, base, privileged } = await mountWorkspace(context, 'counted', false, run);
  const within = (script: string, tree: string): string => {
    const [command = '', ...words] = [...privileged.enter, '/bin/sh', '-c', script];
    const { status, stdout, stderr } = spawnSync(command, words, {
      cwd: '/',
      env: { ...process.env, TREE: tree, LC_ALL: 'C' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${script}: ${stderr}`);
    return stdout;
  };
  const treeOf = (tree: string): Record<string, string> => {
    const format = '%P\\t%y %#m %U:%G %s %T@ %l\\n';
    const found = within(`find "$TREE" -mindepth 1 -printf '${format}'`, tree)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [path = '', facts = ''] = line.split('\t');
        // Sizes of directories are their file system's, and so are modes of links.
        const dressed = facts.replace(/^d (\S+ \S+) \d+/, 'd $1').replace(/^l \S+/, 'l');
        return [path, dressed];
      });
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const before = treeOf(base);
  within(lines.map((line) => `(cd "$TREE" && ${line}) 2>/dev/null || :`).join('\n'), merged);
  const shown = treeOf(merged);
  const list = async (name: string): Promise<string[]> =>
    ((await workspaceChanges(context, name, run))?.changes ?? []).map(
      ({ kind, path, onlyParent, aspects }) =>
        `${kind} ${path}${onlyParent ? ' (parent)' : ''}${aspects.length > 0 ? ` : ${aspects.join(' ')}` : ''}`,
    );
  const listed = await list('counted');
  const request = { author: '', message: '', changes: [], paths: null, reference: null };
  const told = await commitWorkspace(context, { workspace: 'counted', ...request }, run);
  const made = resolveImage((await readStoreView(context)).graph, told.id).image;
  const layer = told.layerBytes === null ? null : made.layers.at(-1);
  const view = await readStoreView(context);
  const blob = layer ? view.graph.layers.find(({ chainId }) => chainId === layer)?.blobs[0]?.digest : null;
  const tar = (options: string): string[] =>
    blob
      ? execFileSync('tar', [options, join(context.store.directory, 'blobs', 'sha256', blob.slice(7))], {
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C' },
        })
          .split('\n')
          .filter((line) => line !== '')
      : [];
  const compared = await compareFiles(context, { first: old, second: made.id, contents: true }, run);
  const left = await list('counted');
  await createWorkspace(context, { image: made.id, name: 'again' }, run);
  const again = treeOf((await mountWorkspace(context, 'again', false, run)).base);
  for (const name of ['again', 'counted']) await removeWorkspace(context, name);
  return {
    listed,
    changes: told.changes,
    stay: told.stay,
    members: layer === null ? null : tar('-tf'),
    links: tar('-tvf').flatMap((line) => {
      const [, name, target] = /(\S+) link to (\S+)$/.exec(line) ?? [];
      return name !== undefined && target !== undefined ? [[name, target] as const] : [];
    }),
    compared: compared.differences.map(
      ({ kind, path, aspects }) => `${kind} ${path}${aspects.length > 0 ? ` : ${aspects.join(' ')}` : ''}`,
    ),
    timesOnly: compared.timesOnly,
    left,
    before,
    shown,
    made: again,
  };
}
