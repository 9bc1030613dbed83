import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { createContext } from '../../electron/actions/ground/createContext';
import { exportRootfs } from '../../electron/actions/copy/exportRootfs';
import { planRun } from '../../electron/actions/runs/runImage';
import { GuideSession } from '../../electron/actions/trees/guide';
import { unpackImage } from '../../electron/actions/trees/layerCache';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { imageById, resolveImage } from '../../electron/actions/images/resolveImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import { createWorkspace, mountWorkspace, workspaceChanges } from '../../electron/actions/trees/workspaces';
import { mountWishes } from '../../electron/cli/mountWords';
import { defaultProcesses } from '../../electron/run/processLimit';
import { places } from '../../electron/store/places';
import type { Guards } from '../../electron/run/runtimeSpec';
import { defaultLimits } from '../../shared/image/limits';
import { problemOf } from '../../shared/image/problem';
import { countWorkspace } from './countWorkspace';
import { performCommand } from './performCommand';
import { spawnSync } from 'node:child_process';

// What an ordinary user does, in a process of its own; see ordinaryUser.ts. Input and output are JSON.

const run: Run = { signal: new AbortController().signal, report: () => undefined };

interface Input {
  readonly store: string;
  readonly archive?: string;
  readonly image?: string;
  /** Shell lines that change the tree, run inside of the namespaces. */
  readonly script?: string;
  readonly target?: string;
  /** Paths to commit; all that changed when left out. */
  readonly paths?: readonly string[] | null;
  readonly runs?: readonly RunWish[];
  /** Shell lines of one workspace each. */
  readonly histories?: readonly (readonly string[])[];
  /** Commands, as they are called. */
  readonly calls?: readonly (readonly string[])[];
}

/** One command in a tree, with the image's own configuration where nothing else is said. */
export interface RunWish {
  readonly image: string;
  /** In a workspace that is made on the image. */
  readonly inWorkspace?: boolean;
  readonly command?: readonly string[];
  readonly network?: boolean;
  readonly user?: string;
  readonly workingDir?: string;
  /** Processes at once; null for no limit. */
  readonly processes?: number | null;
  /** As `-v`, `--mount` and `--tmpfs` say them. */
  readonly mounts?: Readonly<Partial<Record<'volume' | 'mount' | 'tmpfs', readonly string[]>>>;
  readonly readOnly?: boolean;
  /** What is told of the changes of its workspace afterwards. */
  readonly changes?: boolean;
}

/** What became of it: the problem's code and reason before it started, or how it ended with what it said. */
export interface RunEnd {
  readonly problem: string | null;
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
  readonly guards: Guards | null;
  /** What is said to hold no command here. */
  readonly missing: readonly string[];
  /** Name of the run, '' where there was none. */
  readonly id: string;
  /** Changes of the workspace that a commit would take, and of folders' times alone; null where nobody asked. */
  readonly changes: readonly string[] | null;
}

async function runOnce(context: ActionContext, wish: RunWish, index: number): Promise<RunEnd> {
  try {
    const { id } = resolveImage((await readStoreView(context)).graph, wish.image).image;
    const name = `own-${index}`;
    if (wish.inWorkspace) await createWorkspace(context, { image: id, name }, run);
    const options = { entrypoint: null, env: [], terminal: false, network: wish.network ?? false };
    const more = {
      command: wish.command ?? null,
      user: wish.user ?? null,
      workingDir: wish.workingDir ?? null,
      processes: wish.processes === undefined ? defaultProcesses : wish.processes,
      mounts: mountWishes(new Map(Object.entries(wish.mounts ?? {}))),
      readOnly: wish.readOnly ?? false,
    };
    const tree = wish.inWorkspace ? { workspace: name } : { image: id };
    const plan = await planRun(context, tree, { ...options, ...more }, run);
    let end: RunEnd;
    try {
      const [program = '', ...words] = plan.command;
      const ended = spawnSync(program, words, { env: plan.env, input: '', encoding: 'utf8' });
      const code = ended.status === 0 ? 0 : ((await plan.startFailure(ended.status ?? 137)) ?? ended.status);
      end = {
        problem: null,
        code,
        out: ended.stdout,
        said: ended.stderr,
        guards: plan.guards,
        missing: plan.missing.map(({ guard }) => guard),
        id: words.at(-1) ?? '',
        changes: null,
      };
    } finally {
      await plan.finish();
    }
    if (wish.changes !== true) return end;
    const changes = (await workspaceChanges(context, name, run))?.changes ?? [];
    return {
      ...end,
      changes: changes.map(({ kind, path, onlyParent }) => `${kind} ${path}${onlyParent ? ' (times)' : ''}`),
    };
  } catch (thrown) {
    const { code, facts } = problemOf(thrown);
    const text = [code, ...('reason' in facts ? [facts.reason] : [])].join(' ');
    return { problem: text, code: null, out: '', said: '', guards: null, missing: [], id: '', changes: null };
  }
}

const stories: Readonly<Record<string, (context: ActionContext, input: Input) => Promise<unknown>>> = {
  /** The building, step by step. */
  async guide(context) {
    const guide = new GuideSession(context);
    await guide.start();
    const states = [];
    for (const step of [1, 2, 3, 4, 5]) states.push(await guide.go(step));
    await guide.end();
    return { mode: (await context.privileged()).mode, states };
  },
  /** A workspace, changed, committed, and exported as a tarball. */
  async commit(context, { archive = '', image = '', script = '', target = '', paths = null }) {
    await loadImages(context, { path: archive, label: 'archive.tar' }, run);
    const found = resolveImage((await readStoreView(context)).graph, image).image;
    await createWorkspace(context, { image: found.id, name: 'own' }, run);
    const { merged, privileged } = await mountWorkspace(context, 'own', false, run);
    const [command = '', ...words] = [...privileged.enter, '/bin/sh', '-ec', script];
    const done = spawnSync(command, words, {
      cwd: '/',
      env: { ...process.env, TREE: merged },
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(done.stderr);
    const changes = (await workspaceChanges(context, 'own', run))?.changes.map(
      ({ kind, path }) => `${kind} ${path}`,
    );
    const request = { author: '', message: '', changes: [], paths };
    const { id } = await commitWorkspace(context, { workspace: 'own', reference: 'own:1', ...request }, run);
    const made = resolveImage((await readStoreView(context)).graph, 'own:1').image;
    await exportRootfs(context, { image: made.id }, target, run);
    const left = (await workspaceChanges(context, 'own', run))?.changes.length;
    return { mode: privileged.mode, id, changes, left };
  },
  /** Changes of workspaces as everybody counts them, one workspace after the other. */
  async count(context, { archive = '', image = '', histories = [] }) {
    await loadImages(context, { path: archive, label: 'archive.tar' }, run);
    const all = [];
    for (const lines of histories) all.push(await countWorkspace(context, { image, lines }, run));
    return { mode: (await context.privileged()).mode, all };
  },
  /** Commands in images and workspaces, one after the other, and what is left of them. */
  async runs(context, { archive = '', runs = [] }) {
    await loadImages(context, { path: archive, label: 'archive.tar' }, run);
    const ends = [];
    for (const [i, wish] of runs.entries()) ends.push(await runOnce(context, wish, i));
    const left = readdirSync(places.runs(context.store.directory)).filter((name) => name !== 'state');
    const { mode } = await context.privileged();
    return { mode, ends, left };
  },
  /** Loads archives and unpacks every image of each; what was refused is told. What expands without end is not the point. */
  async unpack(own, { archive = '' }) {
    const context = { ...own, limits: { ...defaultLimits, 'expanded-bytes': 128 << 20 } };
    const privileged = await context.privileged();
    const refused: Record<string, string> = {};
    for (const path of archive.split('\n')) {
      try {
        const { images } = await loadImages(context, { path, label: 'archive.tar' }, run);
        for (const { id } of images) {
          const { graph } = await readStoreView(context);
          await unpackImage(context, privileged, imageById(graph, id as never), run);
        }
      } catch (thrown) {
        refused[path] = problemOf(thrown).code;
      }
    }
    return { mode: privileged.mode, refused };
  },
};

/** Commands of the table one after the other, each with the store opened anew. */
async function callAll({ store, calls = [] }: Input): Promise<unknown> {
  const ends = [];
  for (const words of calls)
    ends.push(await performCommand(async () => createContext(await openDefaultStore(store)), words));
  return ends;
}

async function main(): Promise<void> {
  const input = JSON.parse(readFileSync(0, 'utf8')) as Input;
  if (process.argv[2] === 'calls') {
    process.stdout.write(JSON.stringify(await callAll(input)));
    return;
  }
  mkdirSync(join(input.store, '..'), { recursive: true });
  const context = createContext(await openDefaultStore(input.store));
  try {
    const story = stories[process.argv[2] ?? ''];
    if (!story) throw new Error('no such story');
    process.stdout.write(JSON.stringify(await story(context, input)));
  } finally {
    await context.close();
  }
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exitCode = 1;
});
