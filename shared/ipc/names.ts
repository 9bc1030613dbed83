import type { EventName, RequestName } from './contract';

/**
 * Names of all requests and events, for the preload: it is sandboxed and should not carry the checks, which only the
 * main process makes. Typed as records so that a name missing here, or one too many, does not compile.
 */
const requestRecord: Readonly<Record<RequestName, true>> = {
  'app.start': true,
  'settings.change': true,
  'store.graph': true,
  'store.open': true,
  'store.offered': true,
  'graph.piece': true,
  'sources.list': true,
  'sources.add': true,
  'sources.remove': true,
  'sources.check': true,
  'source.graph': true,
  'source.copyIn': true,
  'source.copyOut': true,
  'image.inspect': true,
  'layer.inspect': true,
  'layer.tree': true,
  'layer.stop': true,
  'compare.files': true,
  'compare.contents': true,
  'compare.stop': true,
  'compare.read': true,
  'duplicates.list': true,
  'duplicates.find': true,
  'image.tag': true,
  'image.untag': true,
  'image.rename': true,
  'images.together': true,
  'images.previewRemoval': true,
  'images.remove': true,
  'images.previewPrune': true,
  'images.prune': true,
  'archive.choose': true,
  'archive.load': true,
  'archive.look': true,
  'source.open': true,
  'source.close': true,
  'archive.save': true,
  'archive.previewSave': true,
  'samples.load': true,
  'operation.cancel': true,
  'operation.dismiss': true,
  'file.show': true,
  'cleanup.list': true,
  'cleanup.start': true,
  'cleanup.undo': true,
  'cleanup.collect': true,
  'view.write': true,
  'clipboard.write': true,
  'window.control': true,
  'mount.support': true,
  'mount.list': true,
  'mount.create': true,
  'mount.remove': true,
  'tree.show': true,
  'tree.list': true,
  'tree.copyOut': true,
  'workspace.list': true,
  'workspace.create': true,
  'workspace.rename': true,
  'workspace.remove': true,
  'workspace.mount': true,
  'workspace.unmount': true,
  'workspace.changes': true,
  'workspace.contents': true,
  'workspace.commit': true,
  'squash.preview': true,
  'squash.start': true,
  'secrets.find': true,
  'secrets.stop': true,
  'rewrite.preview': true,
  'rewrite.stop': true,
  'rewrite.start': true,
  'rootfs.export': true,
  'rootfs.import': true,
  'terminal.open': true,
  'terminal.write': true,
  'terminal.shown': true,
  'terminal.resize': true,
  'terminal.paste': true,
  'terminal.program': true,
  'terminal.close': true,
  'guide.start': true,
  'guide.go': true,
  'guide.end': true,
};

const eventRecord: Readonly<Record<EventName, true>> = {
  'store.changed': true,
  'sources.changed': true,
  'source.changed': true,
  'operation.changed': true,
  'menu.action': true,
  'settings.unsaved': true,
  'window.state': true,
  'workspaces.changed': true,
  'terminal.data': true,
  'terminal.exit': true,
  'layer.reading': true,
};

/** On this channel the preload hands over the paths of dropped files; a script of the page cannot call it. */
export const filesChannel = 'files:register';
/** On this one it says that the page was clicked, as assistive software does without a key or the mouse. */
export const clickedChannel = 'person:clicked';
/** On this one it asks whether the person wanted to copy, cut or paste. */
export const editingChannel = 'person:editing';
/** On this one it says that a copy is over, and what was copied is on its way. */
export const copiedChannel = 'person:copied';

export const requestNames = Object.keys(requestRecord) as readonly RequestName[];
export const eventNames = Object.keys(eventRecord) as readonly EventName[];
