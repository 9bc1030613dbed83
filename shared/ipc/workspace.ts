import { z } from 'zod';
import type { Change, ChangeSet, NodeFacts } from '../layer/change';
import { contentComparison } from './contents';
import type { Plain } from './plain';
import { listBounds, textBounds } from './textBounds';
import * as s from './schemas';
import { guideState } from './guide';

/** Requests and events of mounts, workspaces, commits, runs, squashes and the guided page; part of `contract.ts`. */

const bytes = z.number().int().nonnegative();
const none = z.null();
const nothing = z.strictObject({});
/** See `holder` in `contract.ts`. */
const holder = s.imageId.nullable().optional();
const started = z.object({ operation: s.operationId });
/** A path inside of an image, relative, surrogate-escaped. */
export const innerPath = s.text(8192);

/** A workspace's name: letters, digits, `_`, `.`, `-`, as Docker's container names. */
export const workspaceName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/);
export const mountId = z.string().regex(/^mount-[0-9a-f]{12}$/);
export const terminalId = z.string().regex(/^term-[0-9a-f]{16}$/);

/** A guard around a run that this machine cannot hold. */
export const missingGuard = z.discriminatedUnion('guard', [
  z.object({ guard: z.literal('device-rules') }),
  z.object({ guard: z.literal('processes'), processes: z.number().int().positive() }),
  z.object({ guard: z.literal('seccomp'), runtime: z.string() }),
]);
export type MissingGuard = Plain<z.infer<typeof missingGuard>>;

/** How overlays are mounted for this person. */
export const mountSupport = z.object({
  /** `none`: not at all, see `problem`. */
  mode: z.enum(['root', 'mapped', 'single', 'fuse', 'none']),
  problem: s.problem.nullable(),
  /** The OCI runtime that `run` would use, with its version; null when none is installed. */
  runtime: z.string().nullable(),
  /** Debian packages that would bring one. */
  runtimePackages: z.string(),
});
export type MountSupport = Plain<z.infer<typeof mountSupport>>;

export const mountInfo = z.object({
  id: mountId,
  image: s.imageId,
  /** Name of the image when it was mounted, for people. */
  name: z.string(),
  /** Where the person finds it. */
  path: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  /** Mounted by the command line, to stay until it is unmounted; else it ends with the process that made it. */
  kept: z.boolean(),
});
export type MountInfo = Plain<z.infer<typeof mountInfo>>;

export const workspaceInfo = z.object({
  name: workspaceName,
  /** The image it stands on now: the last commit, or what it was created on. */
  image: s.imageId,
  imageName: z.string(),
  /** ISO 8601. */
  created: z.string(),
  mounted: z.boolean(),
  /** Where the person finds the merged tree while it is mounted. */
  path: z.string(),
  /** Why it cannot be opened here (made by another user, its image is damaged); null when it can. */
  problem: s.problem.nullable(),
});
export type WorkspaceInfo = Plain<z.infer<typeof workspaceInfo>>;

/** What is known of one object of a tree. */
export const nodeFacts = z.object({
  type: z.enum(['file', 'directory', 'symlink', 'character', 'block', 'fifo', 'socket']),
  mode: z.number().int().nonnegative(),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  size: bytes,
  mtime: z.number(),
  target: z.string(),
}) satisfies z.ZodType<NodeFacts>;

/** See {@link ChangeSet.listed}. */
const listed = z.string().regex(/^[0-9a-f]{40}$/);

const change = z.object({
  path: z.string(),
  kind: z.enum(['added', 'changed', 'removed']),
  before: nodeFacts.nullable(),
  after: nodeFacts.nullable(),
  aspects: z.array(z.enum(['content', 'mode', 'owner', 'times', 'xattrs', 'target', 'type'])),
  copiedUp: bytes,
  changedBytes: bytes.nullable(),
  hiddenBytes: bytes,
  onlyParent: z.boolean(),
}) satisfies z.ZodType<Change>;

export const changeSet = z.object({
  changes: z.array(change),
  omitted: z.number().int().nonnegative(),
  bytes,
  fingerprint: z.string(),
  listed,
}) satisfies z.ZodType<ChangeSet>;

/** A tree that files can be listed in and copied out of. */
const tree = z.union([z.strictObject({ mount: mountId }), z.strictObject({ workspace: workspaceName })]);

const listedEntry = z.object({
  name: z.string(),
  type: z.enum(['file', 'directory', 'symlink', 'character', 'block', 'fifo', 'socket']),
  size: bytes,
  mode: z.number().int().nonnegative(),
  uid: z.number().int().nonnegative(),
  gid: z.number().int().nonnegative(),
  mtime: z.number(),
  target: z.string(),
});

export const workspaceRequests = {
  'mount.support': { input: nothing, output: mountSupport },
  'mount.list': { input: nothing, output: z.array(mountInfo) },
  /** Unpacks what is missing and mounts the image read-only; the operation's result names the mount. */
  'mount.create': { input: z.strictObject({ image: s.imageId }), output: started },
  'mount.remove': { input: z.strictObject({ mount: mountId }), output: none },
  /** Opens a mounted tree in the file manager. */
  'tree.show': { input: z.strictObject({ tree }), output: none },
  'tree.list': {
    input: z.strictObject({ tree, path: innerPath }),
    output: z.object({ entries: z.array(listedEntry), more: z.boolean() }),
  },
  /** Opens the native dialog and copies; null when it was dismissed. */
  'tree.copyOut': { input: z.strictObject({ tree, path: innerPath }), output: started.nullable() },

  'workspace.list': { input: nothing, output: z.array(workspaceInfo) },
  /** `name` null: one is made from the image's. The operation's result names it. */
  'workspace.create': {
    input: z.strictObject({ image: s.imageId, name: workspaceName.nullable() }),
    output: started,
  },
  'workspace.rename': {
    input: z.strictObject({ name: workspaceName, to: workspaceName }),
    output: none,
  },
  /** Nothing goes where the changes are not those that were shown; `listed` null: they could not be shown. */
  'workspace.remove': {
    input: z.strictObject({ name: workspaceName, listed: listed.nullable() }),
    output: none,
  },
  'workspace.mount': { input: z.strictObject({ name: workspaceName }), output: none },
  'workspace.unmount': { input: z.strictObject({ name: workspaceName }), output: none },
  /** Null when the fingerprint is still `known`. */
  'workspace.changes': {
    input: z.strictObject({ name: workspaceName, known: z.string().max(128).nullable() }),
    output: changeSet.nullable(),
  },
  /** How a file differs from what the image has at its path. */
  'workspace.contents': {
    input: z.strictObject({ name: workspaceName, path: innerPath }),
    output: contentComparison,
  },
  'workspace.commit': {
    input: z.strictObject({
      name: workspaceName,
      /** Null: a dangling image. */
      reference: s.referenceText.nullable(),
      holder,
      author: s.text(textBounds.author),
      message: s.text(textBounds.message),
      /** Changes to the config in Dockerfile words, one each. */
      changes: z.array(s.text(textBounds.configChange)).max(listBounds.configChanges),
      /** Ticked paths; null takes everything that was shown. Those that were shown as removed stand in `removed` alone. */
      paths: z.array(innerPath).max(200_000).nullable(),
      removed: z.array(innerPath).max(200_000).default([]),
      /** The image that the workspace was shown to stand on. */
      image: s.imageId.optional(),
      /** Of the changes that were shown. */
      listed,
    }),
    output: started,
  },

  /** What a squash would give and what sharing it would lose. */
  'squash.preview': {
    input: z.strictObject({ image: s.imageId, from: s.chainId.nullable() }),
    output: z.object({
      /** Layers that become one, and their bytes now. */
      layers: z.number().int().nonnegative(),
      bytes,
      /** Bytes of files that survive: the new layer without tar headers. */
      keptBytes: bytes,
      /** Of `bytes`, what other images share with this one: it stays for them, and the new layer is stored beside it. */
      sharedBytes: bytes,
      /** Names of images that share one of the layers. */
      sharedWith: z.array(z.string()),
    }),
  },
  'squash.start': {
    input: z.strictObject({
      image: s.imageId,
      from: s.chainId.nullable(),
      reference: s.referenceText.nullable(),
      holder,
    }),
    output: started,
  },
  /** Opens the native dialog and writes a root filesystem tar; null when it was dismissed. */
  'rootfs.export': {
    input: z.strictObject({
      what: z.union([z.strictObject({ image: s.imageId }), z.strictObject({ workspace: workspaceName })]),
    }),
    output: started.nullable(),
  },
  /** Makes an image of one layer of a root filesystem that was chosen or dropped: a tarball or a folder. */
  'rootfs.import': {
    input: z.strictObject({
      file: s.fileToken,
      /** Null: a dangling image. */
      reference: s.referenceText.nullable(),
      holder,
      message: s.text(textBounds.message),
      /** Changes to the config in Dockerfile words, one each. */
      changes: z.array(s.text(textBounds.configChange)).max(listBounds.configChanges),
    }),
    output: started,
  },

  /**
   * Opens a terminal: `run` starts the command (null: the image's own) in an OCI runtime with the image's environment,
   * user and directory, after the image's entrypoint or, as in Docker, the one that takes its place; `shell` starts the person's own shell in the tree's folder, with the tools of this machine.
   */
  'terminal.open': {
    input: z.strictObject({
      tree: z.union([tree, z.strictObject({ image: s.imageId })]),
      kind: z.enum(['run', 'shell']),
      command: z.array(s.text(textBounds.word)).max(listBounds.words).nullable(),
      entrypoint: z.array(s.text(textBounds.word)).max(listBounds.words).optional(),
      network: z.boolean(),
      columns: z.number().int().min(2).max(1000),
      rows: z.number().int().min(1).max(1000),
    }),
    output: z.object({ terminal: terminalId, title: z.string(), missing: z.array(missingGuard) }),
  },
  'terminal.write': {
    input: z.strictObject({ terminal: terminalId, data: s.text(1_000_000) }),
    output: none,
  },
  /** The window has shown so many characters more of what was sent to it. */
  'terminal.shown': {
    input: z.strictObject({ terminal: terminalId, characters: z.number().int().min(1).max(16_000_000) }),
    output: none,
  },
  'terminal.resize': {
    input: z.strictObject({
      terminal: terminalId,
      columns: z.number().int().min(2).max(1000),
      rows: z.number().int().min(1).max(1000),
    }),
    output: none,
  },
  /** Pastes the clipboard, as the main process reads it, for a key or a click of the person. */
  'terminal.paste': { input: z.strictObject({ terminal: terminalId }), output: none },
  /** The program that runs there and would be lost if it were closed; null where a shell waits for a command. */
  'terminal.program': {
    input: z.strictObject({ terminal: terminalId }),
    output: z.object({ program: z.string().nullable() }),
  },
  'terminal.close': { input: z.strictObject({ terminal: terminalId }), output: none },

  /** Makes a temporary folder for the guided page, at step 0; ends one that this window had. */
  'guide.start': { input: nothing, output: guideState },
  /** Goes to a step by doing the steps before it, from the beginning when it lies behind. */
  'guide.go': { input: z.strictObject({ step: z.number().int().min(0).max(5) }), output: guideState },
  /** Unmounts and removes the folder. */
  'guide.end': { input: nothing, output: none },
} as const;

export const workspaceEvents = {
  /** Workspaces or mounts came, went or changed their image; ask for the lists again. */
  'workspaces.changed': z.object({}),
  'terminal.data': z.object({ terminal: terminalId, data: z.string() }),
  /** `code` null when a signal ended it; `problem`: why it could not begin, or what could not be cleaned up after it. */
  'terminal.exit': z.object({
    terminal: terminalId,
    code: z.number().int().nullable(),
    signal: z.number().int().nullable(),
    problem: s.problem.nullable(),
  }),
} as const;
