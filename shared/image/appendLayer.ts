import type { DiffId } from './digest';
import { foldKey } from './documentKeys';
import { asObject, type JsonObject, looseMember, memberKey } from './jsonDocument';

/** A step on top of an image: a layer, or with a null diff ID a change of its config alone. */
export interface NewStep {
  readonly diffId: DiffId | null;
  /** ISO 8601. */
  readonly created: string;
  readonly author: string;
  readonly comment: string;
  /** What made it, as `docker history` shows it. */
  readonly createdBy: string;
}

function withMember(object: JsonObject, key: string, value: unknown): JsonObject {
  return { ...object, [memberKey(object, key)]: value };
}

/**
 * What Docker of old wrote about the one container that an image was committed from. It says nothing of the new image,
 * and would be wrong of it.
 */
const ofOneContainer = ['container', 'container_config', 'id', 'parent', 'parent_id'];
/** Who made the image below and what for: `docker commit` takes neither over. */
const ofItsMaker = ['author', 'comment'];
const dropped = new Set([...ofOneContainer, ...ofItsMaker]);

/**
 * A config document with one more step (OCI image-spec, config.md): the diff ID behind the others, a history entry, and
 * the author, comment and time of the new image, left out where they are empty. Members keep their order and spelling, and those that we do not know stay.
 */
export function appendStep(document: JsonObject, step: NewStep): JsonObject {
  const kept = Object.fromEntries(Object.entries(document).filter(([key]) => !dropped.has(foldKey(key))));
  const rootfs = asObject(looseMember(document, 'rootfs')) ?? { type: 'layers', diff_ids: [] };
  const ids = looseMember(rootfs, 'diff_ids');
  const history = looseMember(document, 'history');
  const entry = {
    created: step.created,
    ...(step.author === '' ? {} : { author: step.author }),
    created_by: step.createdBy,
    ...(step.comment === '' ? {} : { comment: step.comment }),
    ...(step.diffId === null ? { empty_layer: true } : {}),
  };
  let next: JsonObject = withMember(kept, 'created', step.created);
  if (step.author !== '') next = withMember(next, 'author', step.author);
  if (step.comment !== '') next = withMember(next, 'comment', step.comment);
  next = withMember(
    next,
    'rootfs',
    withMember(rootfs, 'diff_ids', [
      ...(Array.isArray(ids) ? (ids as unknown[]) : []),
      ...(step.diffId === null ? [] : [step.diffId]),
    ]),
  );
  return withMember(next, 'history', [...(Array.isArray(history) ? (history as unknown[]) : []), entry]);
}
