import { z } from 'zod';
import { limitNames } from '../image/limits';
import { cleanUpRequests } from './cleanUp';
import { compareRequests } from './compare';
import * as s from './schemas';
import { layerTreeEvents, layerTreeRequests } from './layerTree';
import type { Plain } from './plain';
import { settingsChange, settingsSchema } from './settings';
import { secretRequests } from './secrets';
import { workspaceEvents, workspaceRequests } from './workspace';

/**
 * The one contract between window and main process: every request with the check of what it takes and answers, and
 * every event with the check of what it carries. Types, the preload's functions and the main process's handlers all
 * derive from these two maps; a missing handler does not compile.
 */
const { source } = s;
const selection = z.object({
  source,
  /** Whole images, with all their names. */
  images: z.array(s.imageId).max(10_000),
  /** Single names; an image that keeps another name stays. */
  names: z.array(s.referenceText).max(10_000),
});

/** How a save of images of the store writes layers, and what its target has already: images, archives, lists of layers. */
const layersOfSave = {
  compression: z.enum(['kept', 'none', 'gzip', 'zstd']).default('kept'),
  except: z.array(s.imageId).max(1000).default([]),
  exceptFiles: z.array(s.fileToken).max(100).default([]),
};
const nothing = z.strictObject({});
/** The image that was shown to have a name that is to be given, null: none; from another it is not taken. */
const holder = s.imageId.nullable().optional();
const none = z.null();

/** A file that the person chose or dropped: the window gets a token, a name and a size, never a path. */
export const pickedFile = z.object({
  token: s.fileToken,
  name: z.string(),
  /** Bytes; null for a directory. */
  size: z.number().int().nonnegative().nullable(),
});
export type PickedFile = z.infer<typeof pickedFile>;

/** What the person chose or dropped at once: a file that cannot be read keeps none of the others away. */
export const pickedFiles = z.object({ files: z.array(pickedFile), refused: z.array(s.problem) });

/** Forms that a view can be taken away in. */
export const viewFormat = z.enum(['png', 'svg', 'dot', 'json', 'csv']);
export type ViewFormat = z.infer<typeof viewFormat>;
/** Most bytes of one such file: a picture of a whole screen is far below, the data of a large store below. */
const viewBytes = 256 << 20;

export const requests = {
  /** Everything the window needs to draw its first frame. */
  'app.start': {
    input: nothing,
    output: z.object({
      version: z.string(),
      platform: z.enum(['linux', 'darwin', 'win32']),
      /** The language of the system, as a BCP 47 tag. */
      locale: z.string(),
      /** The store's folder, for people to read. */
      storePath: z.string(),
      /** Folders of the other stores that are offered: those opened lately, and the usual one. */
      stores: z.array(z.string()),
      settings: settingsSchema,
      operations: z.array(s.operationState),
      /** The window draws its own title bar buttons. */
      windowButtons: z.boolean(),
      /** Whose rights a shell of this machine has. */
      user: z.string(),
      maximized: z.boolean(),
    }),
  },
  'settings.change': { input: settingsChange, output: settingsSchema },
  /** Offers the store's graph as it is now, to be read piece by piece; equal revisions are equal graphs. */
  'store.graph': { input: nothing, output: s.graphOffer },
  /**
   * Opens another store in a window of its own: one of those that are offered, or with null what is chosen in the native dialog. Null where
   * that was dismissed; else its folder, and those that are offered now.
   */
  'store.open': {
    input: z.strictObject({ recent: z.string().max(4096).nullable() }),
    output: z.object({ opened: z.string(), stores: z.array(z.string()) }).nullable(),
  },
  /** Folders of the other stores that are offered now, newest first: other windows open some, too. */
  'store.offered': { input: nothing, output: z.array(z.string()) },
  /** The store, the engines that are listed, and what was opened without being loaded. */
  'sources.list': { input: nothing, output: z.array(s.sourceInfo) },
  /** Fails with why not all of the person's list is listed: the file is damaged, or too long. */
  'sources.check': { input: nothing, output: none },
  /**
   * Puts an engine on the person's list by its address, after a question of the main process, or what was opened without being loaded. False where
   * the person said no.
   */
  'sources.add': {
    input: z.strictObject({
      what: z.union([z.strictObject({ address: s.text(4096) }), z.strictObject({ source: s.sourceId })]),
    }),
    output: z.boolean(),
  },
  /** Takes a place off that list. */
  'sources.remove': { input: z.strictObject({ source: s.sourceId }), output: none },
  /** Offers the graph of a place in the same way. */
  'source.graph': { input: z.strictObject({ source: s.sourceId }), output: s.engineOffer },
  /** One piece of an offered graph, counted from 1, as text for `GraphReader`; null when a newer offer has taken its place. */
  'graph.piece': {
    input: z.strictObject({ token: s.graphToken, piece: z.number().int().positive() }),
    output: z.string().nullable(),
  },
  /** Copies images of an engine, or of what was opened without being loaded, into the store. */
  'source.copyIn': {
    input: z.strictObject({ source: s.sourceId, images: z.array(s.imageId).min(1).max(10_000) }),
    output: z.object({ operation: s.operationId }),
  },
  /** Copies images of a place that has their layers to an engine; `from`: that place. */
  'source.copyOut': {
    input: z.strictObject({
      source: s.sourceId,
      from: source,
      images: z.array(s.imageId).min(1).max(10_000),
    }),
    output: z.object({ operation: s.operationId }),
  },
  'image.inspect': { input: z.strictObject({ source, image: s.imageId }), output: s.imageDetail },
  'layer.inspect': { input: z.strictObject({ source, layer: s.chainId }), output: s.layerDetail },
  /** Adds a name; a name that pointed elsewhere moves, and the answer says from which image. */
  'image.tag': {
    input: z.strictObject({
      source,
      image: s.imageId,
      reference: s.referenceText,
      holder,
      /** Where a name is given back: all names of the image as they stood, of which the first is what people call it. */
      order: z.array(s.referenceText).max(10_000).optional(),
    }),
    output: z.object({ name: z.string(), movedFrom: s.imageId.nullable() }),
  },
  /** Takes a name away; the answer says whether the image is dangling now. */
  'image.untag': {
    /** `image`: whose name it was when it was shown; it is not taken from another. */
    input: z.strictObject({ source, image: s.imageId, name: s.referenceText }),
    output: z.object({ image: s.imageId.nullable(), dangling: z.boolean() }),
  },
  'image.rename': {
    /** `image`: whose name `from` was when it was shown. */
    input: z.strictObject({
      source,
      image: s.imageId,
      from: s.referenceText,
      to: s.referenceText,
      holder,
    }),
    output: z.object({ name: z.string(), movedFrom: s.imageId.nullable() }),
  },
  /** What images take together and how much of it is theirs alone, whether or not they may go. */
  'images.together': {
    input: z.strictObject({ source, images: selection.shape.images }),
    output: s.together,
  },
  'images.previewRemoval': { input: selection.strict(), output: s.removalPreview },
  'images.remove': {
    /** `force`: of Docker also images that stopped containers use. Nothing goes where it is not what was `shown` any more. */
    input: selection.extend({ force: z.boolean().default(false), shown: s.shownRemoval }).strict(),
    output: z.object({ operation: s.operationId }),
  },
  'images.previewPrune': { input: z.strictObject({ source }), output: s.removalPreview },
  /** Of the images that were shown those go that are dangling still; of others nothing. */
  'images.prune': {
    input: z.strictObject({ source, shown: s.shownRemoval }),
    output: z.object({ operation: s.operationId }),
  },
  /** Opens the native dialog; no file when it was dismissed. */
  'archive.choose': {
    /** `purpose`: to load them, to look at them where they lie, to put them on the list of sources, to make an image of a root filesystem, or to say what the target of a save has. */
    input: z.strictObject({
      directory: z.boolean(),
      purpose: z.enum(['load', 'look', 'add', 'held', 'import']).default('load'),
    }),
    output: pickedFiles,
  },
  'archive.load': {
    /** `raise`: a bound that holds for this file from now on, as the person was asked. */
    input: z.strictObject({
      file: s.fileToken,
      raise: z.strictObject({ name: z.enum(limitNames), value: z.number().int().positive() }).optional(),
    }),
    output: z.object({ operation: s.operationId }),
  },
  /** Opens an archive or a layout folder where it lies: nothing is written to the store. Members as of a load; `add`: it is put on the person's list. */
  'archive.look': {
    input: z.strictObject({
      file: s.fileToken,
      add: z.boolean().default(false),
      raise: z.strictObject({ name: z.enum(limitNames), value: z.number().int().positive() }).optional(),
    }),
    output: z.object({ operation: s.operationId }),
  },
  /** Has an archive or a folder of the person's list read that nobody has gone to before, however long that takes; others are open already. */
  'source.open': { input: z.strictObject({ source: s.sourceId }), output: none },
  /** Closes what was opened so; nothing where it is closed already. What is on the list stays there, to be read again. */
  'source.close': { input: z.strictObject({ source: s.sourceId }), output: none },
  /** Opens the native dialog and starts the save; null when it was dismissed. */
  'archive.save': {
    input: z.strictObject({
      source,
      /** Image IDs or names; a name writes that name only. */
      what: z
        .array(z.union([s.imageId, s.referenceText]))
        .min(1)
        .max(10_000),
      /** For images of the store; an engine writes its own form. */
      format: z.enum(['docker-archive', 'oci-archive']),
      ...layersOfSave,
    }),
    output: z.object({ operation: s.operationId }).nullable(),
  },
  /** What a save would write, so that the dialog can say it first. */
  'archive.previewSave': {
    input: z.strictObject({
      source,
      what: z
        .array(z.union([s.imageId, s.referenceText]))
        .min(1)
        .max(10_000),
      format: z.enum(['docker-archive', 'oci-archive']),
      ...layersOfSave,
    }),
    output: z.object({
      images: z.number(),
      layers: z.number(),
      bytes: z.number(),
      /** False where layers are yet to be compressed: then `bytes` is what they are before. */
      exact: z.boolean(),
      leftOut: z.object({ layers: z.number(), bytes: z.number() }),
      otherPlatforms: s.otherPlatforms,
      sharedNames: s.otherPlatforms,
      namesLeftOut: z.array(z.string()),
      lostReferrers: z.number().int().nonnegative(),
    }),
  },
  'samples.load': { input: nothing, output: z.object({ operation: s.operationId }) },
  'operation.cancel': { input: z.strictObject({ operation: s.operationId }), output: none },
  /** Forgets a finished operation. */
  'operation.dismiss': { input: z.strictObject({ operation: s.operationId }), output: none },
  /** Shows a file that we wrote in the file manager. */
  'file.show': { input: z.strictObject({ file: s.fileToken }), output: none },
  /** Opens the native dialog and writes what a view shows; null when it was dismissed. */
  'view.write': {
    input: z.strictObject({
      /** Stem of the file name that is suggested. */
      name: z.string().regex(/^[a-z][a-z-]{0,39}$/),
      format: viewFormat,
      bytes: z.instanceof(Uint8Array).refine(({ length }) => length <= viewBytes, 'too large'),
    }),
    output: z.object({ name: z.string(), bytes: z.number(), file: s.fileToken }).nullable(),
  },
  'clipboard.write': { input: z.strictObject({ text: s.text(8_000_000) }), output: none },
  'window.control': {
    input: z.strictObject({ action: z.enum(['minimize', 'maximize', 'close']) }),
    output: none,
  },
  ...workspaceRequests,
  ...cleanUpRequests,
  ...layerTreeRequests,
  ...compareRequests,
  ...secretRequests,
} as const;

export const events = {
  /** The store changed, by us or by another process. */
  'store.changed': z.object({ revision: z.string() }),
  /** An engine came, went, started, stopped, or has another number of images. */
  'sources.changed': z.object({}),
  /** The images of an engine changed. */
  'source.changed': z.object({ source: s.sourceId }),
  'operation.changed': s.operationState,
  /** A menu item or accelerator of the native menu. */
  'menu.action': z.object({ action: z.string() }),
  /** Settings that were changed are not on disk; once, until a write succeeds. */
  'settings.unsaved': z.object({ problem: s.problem }),
  'window.state': z.object({ maximized: z.boolean(), focused: z.boolean() }),
  ...workspaceEvents,
  ...layerTreeEvents,
} as const;

export type RequestName = keyof typeof requests;
/** What a request takes, as the window writes it. */
export type RequestInput<N extends RequestName> = Plain<z.input<(typeof requests)[N]['input']>>;
/** What a request's handler gets after the check. */
export type CheckedInput<N extends RequestName> = Plain<z.output<(typeof requests)[N]['input']>>;
/** What a request answers. */
export type RequestOutput<N extends RequestName> = Plain<z.output<(typeof requests)[N]['output']>>;
export type EventName = keyof typeof events;
/** What an event carries. */
export type EventPayload<N extends EventName> = Plain<z.output<(typeof events)[N]>>;
/** See {@link pickedFiles}. */
export type PickedFiles = RequestOutput<'archive.choose'>;

/** IPC channel of a request. */
export const requestChannel = (name: RequestName): string => `request:${name}`;
/** IPC channel of an event. */
export const eventChannel = (name: EventName): string => `event:${name}`;
