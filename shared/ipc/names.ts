import type { EventName, RequestName } from './contract';

/**
 * Names of all requests and events, for the preload: it is sandboxed and should not carry the checks, which only the
 * main process makes. Typed as records so that a name missing here, or one too many, does not compile.
 */
const requestRecord: Readonly<Record<RequestName, true>> = {
  'app.start': true,
  'settings.change': true,
  'store.graph': true,
  'image.inspect': true,
  'layer.inspect': true,
  'image.tag': true,
  'image.untag': true,
  'image.rename': true,
  'images.previewRemoval': true,
  'images.remove': true,
  'images.previewPrune': true,
  'images.prune': true,
  'archive.choose': true,
  'archive.load': true,
  'archive.save': true,
  'archive.previewSave': true,
  'samples.load': true,
  'operation.cancel': true,
  'operation.dismiss': true,
  'file.show': true,
  'clipboard.write': true,
  'window.control': true,
};

const eventRecord: Readonly<Record<EventName, true>> = {
  'store.changed': true,
  'operation.changed': true,
  'menu.action': true,
  'window.state': true,
};

export const requestNames = Object.keys(requestRecord) as readonly RequestName[];
export const eventNames = Object.keys(eventRecord) as readonly EventName[];
