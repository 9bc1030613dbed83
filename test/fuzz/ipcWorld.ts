import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, type OwnedContext } from '../../electron/actions/ground/createContext';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { newMountId, writeMountRecord } from '../../electron/actions/records/mountRecords';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { readStoreView } from '../../electron/actions/images/storeView';
import { createWorkspace } from '../../electron/actions/trees/workspaces';
import { EngineHub } from '../../electron/engine/engineHub';
import { enginePlaces } from '../../electron/place/engine/enginePlaces';
import { OpenedPlaces } from '../../electron/place/opened/openedPlaces';
import { Places } from '../../electron/place/places';
import { homeStore } from '../../electron/place/store/homeStore';
import { sourceList } from '../../electron/place/sourceList';
import { ownSurroundings } from '../../electron/engine/discover';
import { Answers } from '../../electron/ipc/answer';
import { FileLimits } from '../../electron/ipc/fileLimits';
import { FileTokens } from '../../electron/ipc/fileTokens';
import { createHandlers } from '../../electron/ipc/handlers';
import { Operations } from '../../electron/ipc/operations';
import { Terminals } from '../../electron/run/terminals';
import { newOwner } from '../../electron/store/owner';
import { createWorkerPool } from '../../electron/worker/workerPool';
import type { WorkerPool } from '../../electron/worker/jobs';
import { events } from '../../shared/ipc/contract';
import { defaultSettings } from '../../shared/ipc/defaultSettings';
import type { Settings } from '../../shared/ipc/settings';
import { settingsInFile } from '../../shared/ipc/settingsInFile';
import type { OperationState } from '../../shared/ipc/operation';
import { dockerArchive } from '../setup/imageBuilder';

/** The window's main process without its window: the real handlers over a real store, and stubs for what a person would do. */

const archive = dockerArchive([
  {
    names: ['shop:1', 'shop:latest'],
    layers: [
      { files: [{ path: 'etc/passwd', content: 'app:x:1:1::/:/bin/sh\n' }] },
      { files: [{ path: 'a/b' }] },
    ],
    config: { Cmd: ['/bin/sh'], User: '1' },
  },
  {
    names: ['shop:2'],
    layers: [
      { files: [{ path: 'etc/passwd', content: 'app:x:1:1::/:/bin/sh\n' }] },
      { files: [{ path: 'a/.wh.b' }, { path: 'large', content: 'x'.repeat(70_000) }] },
      { files: [{ path: 'large', content: 'y'.repeat(70_000) }] },
    ],
  },
  { layers: [{ files: [{ path: 'dangling' }] }] },
]);
const quiet = { signal: new AbortController().signal, report: () => undefined };

/** Counts of what should never happen by itself. */
export interface Deeds {
  /** Times that somebody pressed a key or a button, and what was opened by it. */
  done: number;
  opened: number;
  /** Opened where nobody had. */
  unasked: number;
}

export interface IpcWorld {
  readonly answers: Answers;
  readonly operations: Operations;
  readonly context: OwnedContext;
  readonly deeds: Deeds;
  /** The folder of everything, and in it the store's. */
  readonly folder: string;
  readonly store: string;
  /** Every state of an operation that windows were told of since the last call. */
  announced(): readonly OperationState[];
  /** What only a bug of ours throws. */
  readonly bugs: unknown[];
  /** The person does something, or has long done nothing. */
  act(does: boolean): void;
  /** Texts that stand for something in this world now. */
  known(): readonly string[];
  /** Takes down tokens and IDs of a reply. */
  harvest(text: string): void;
  /** Brings back what was removed. */
  refill(): Promise<void>;
  /** What lies beside the store, byte for byte. */
  outside(): string;
  /** Ends all as quitting does; `remove` also takes the folder away. */
  close(remove: boolean): Promise<void>;
}

/** Makes a world in a fresh folder; `pool` stays open. */
export async function createIpcWorld(pool: WorkerPool = createWorkerPool({ size: 2 })): Promise<IpcWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'stratigraph-fuzz-'));
  const out = join(folder, 'out');
  const canary = join(folder, 'canary');
  const input = join(folder, 'shop.tar');
  for (const each of [out, canary]) mkdirSync(each);
  writeFileSync(input, archive);
  writeFileSync(join(canary, 'secret'), 'nobody reads or writes this\n');
  const imageStore = await openDefaultStore(join(folder, 'store'), pool);
  const context = createContext(imageStore, pool);
  const store = imageStore.directory;

  let states: OperationState[] = [];
  // As windows are told: an event goes through its schema.
  const operations = new Operations((state) => {
    states = [...states.slice(-499), events['operation.changed'].parse(state)];
  });
  const files = new FileTokens();
  const limits = new FileLimits({});
  const engines = new EngineHub({ sourcesChanged: () => undefined, sourceChanged: () => undefined }, () =>
    Promise.resolve([]),
  );
  const opened = new OpenedPlaces({ pool });
  const deeds: Deeds = { done: 0, opened: 0, unasked: 0 };
  let acting = false;
  let uses = 0;
  let targets = 0;
  /** Each dialog, program and change of the clipboard takes a deed of its own. */
  const opens = (): void => {
    if (++deeds.opened > uses) deeds.unasked++;
  };
  const dialog = <T>(answer: T): Promise<T> => {
    opens();
    return Promise.resolve(answer);
  };
  const target = (): string | null => (++targets % 3 === 0 ? null : join(out, `written-${targets % 7}`));
  let settings: Settings = defaultSettings;
  const bugs: unknown[] = [];
  const handlers = createHandlers({
    context,
    operations,
    places: new Places([homeStore(context), enginePlaces(engines), opened]),
    opened,
    list: sourceList({
      opened,
      called: () => null,
      changed: () => Promise.resolve(),
      around: { ...ownSurroundings(), env: {}, home: join(folder, 'home') },
    }),
    files,
    terminals: new Terminals({ data: () => undefined, exit: () => undefined }),
    startLoad: (path, token, raise) =>
      operations.start(
        'load',
        'shop.tar',
        (run) =>
          loadImages({ ...context, limits: limits.of(token, raise) }, { path, label: 'shop.tar' }, run),
        { retryToken: token },
      ),
    startLook: (path, token, raise) =>
      operations.start(
        'look',
        'shop.tar',
        async (run) => {
          const { id: source, images } = await opened.look(path, limits.of(token, raise), run);
          return { kind: 'look', source, images };
        },
        { retryToken: token },
      ),
    app: () => ({
      version: '0',
      platform: 'linux',
      locale: 'en',
      storePath: store,
      windowButtons: true,
    }),
    stores: { offered: () => ['/elsewhere/other'], open: () => Promise.resolve(opens()) },
    settings: {
      read: () => settings,
      change: (change) => (settings = settingsInFile.parse({ ...settings, ...change })),
    },
    // Where a store is, is shown; where files are that are opened, is not.
    chooseArchives: (_, { purpose }) =>
      dialog(++targets % 2 === 0 ? [] : [purpose === 'store' ? '/elsewhere/chosen' : input]),
    chooseTarget: () => dialog(target()),
    chooseCopy: () => dialog(target()),
    chooseViewFile: () => dialog(target()),
    askTerminal: () => dialog(false),
    askEngine: () => dialog(false),
    askPaste: () => dialog(false),
    person: () => ({
      get active() {
        return acting;
      },
      use: () => {
        if (acting) uses++;
        acting = false;
      },
      take: (data) => Promise.resolve(acting ? [data] : null),
    }),
    onPageGone: () => undefined,
    showFile: opens,
    openFolder: () => Promise.resolve(opens()),
    send: () => undefined,
    writeClipboard: opens,
    readClipboard: () => Promise.resolve('pasted'),
    isMaximized: () => false,
    controlWindow: () => undefined,
  });
  const answers = new Answers(
    handlers,
    (paths) => files.registerAll(paths),
    (thrown) => bugs.push(thrown),
    (operation) => operations.ended(operation),
  );

  const found = new Map<string, string[]>();
  let standing: readonly string[] = [];
  const refill = async (): Promise<void> => {
    await loadImages(context, { path: input, label: 'shop.tar' }, quiet);
    const { graph } = await readStoreView(context);
    const [image] = graph.images;
    if (image) await createWorkspace(context, { image: image.id, name: 'fix' }, quiet).catch(() => undefined);
    standing = [
      ...graph.images.flatMap(({ id, names, manifests }) => [id, ...names, ...manifests]),
      ...graph.layers.flatMap(({ chainId, diffId }) => [chainId, diffId]),
      'fix',
    ];
    found.get('file')?.splice(0, 2);
    harvest(`"${(await files.register(input)).token}" "${files.mint(join(folder, 'gone.tar'))}"`);
  };
  const harvest = (text: string): void => {
    for (const [, value = '', kind = ''] of text.matchAll(/"((file|graph|op|term|mount)-[0-9a-f]+)"/g)) {
      const list = found.get(kind) ?? [];
      if (!list.includes(value)) list.push(value);
      found.set(kind, list.slice(-12));
    }
    for (const [, value = ''] of text.matchAll(/"(?:id|trash)":"([0-9a-f]{32})"/g))
      found.set('trash', [...(found.get('trash') ?? []).slice(-3), value]);
  };

  await refill();
  const [image] = (await readStoreView(context)).graph.images;
  const mount = newMountId();
  if (image) {
    const record = {
      id: mount,
      image: image.id,
      name: 'shop:1',
      target: join(store, 'mounts', mount),
      base: null,
    };
    const more = { kind: 'image', since: 1, kept: false, owner: newOwner(), key: 'elsewhere' } as const;
    await writeMountRecord(store, { ...record, ...more });
  }
  harvest(`"${mount}"`);

  return {
    answers,
    operations,
    context,
    deeds,
    folder,
    store,
    bugs,
    announced: () => {
      const told = states;
      states = [];
      return told;
    },
    act: (does) => {
      acting = does;
      if (does) deeds.done++;
    },
    known: () => [...standing, ...[...found.values()].flat(), ...absent],
    harvest,
    refill,
    outside: () => snapshot(folder, new Set([store, out])),
    close: async (remove) => {
      answers.close();
      await operations.cancelAll();
      await engines.close();
      await context.close();
      if (remove) {
        await pool.run('remove-tree', { path: folder });
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** IDs and tokens of the right form that stand for nothing here, or for something of another window. */
const absent = [
  `sha256:${'0'.repeat(64)}`,
  `file-${'0'.repeat(32)}`,
  'graph-999999999999',
  `op-${'0'.repeat(16)}`,
  `mount-${'0'.repeat(12)}`,
  `term-${'0'.repeat(16)}`,
  `engine-${'0'.repeat(16)}`,
  '0'.repeat(32),
  'store',
  'nobody',
  'nobody:1',
];

/** Everything below a folder but some, as text: names, links, digests. */
function snapshot(folder: string, without: ReadonlySet<string>): string {
  const lines: string[] = [];
  const walk = (at: string): void => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (without.has(path)) continue;
      const info = lstatSync(path);
      if (info.isDirectory()) walk(path);
      const held = info.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : info.isSymbolicLink()
          ? readlinkSync(path)
          : '';
      lines.push(`${path} ${info.mode} ${info.mtimeMs} ${held}`);
    }
  };
  walk(folder);
  return lines.join('\n');
}

/** What no reply may hold: places of this program and of this person. */
export const hiddenPlaces = [homedir(), process.cwd(), 'node_modules'].filter((place) => place !== '/');
