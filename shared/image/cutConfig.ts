import { asObject, looseMember, memberKey, type JsonObject } from './jsonDocument';

/**
 * The config of an image as it was when its lowest `kept` layers were all (OCI image-spec, config.md): `rootfs` and history
 * end there, with the steps without a layer that come before the next layer, and `created` is the time of the last step that
 * says one. What a container starts with stays as the image has it: history says how it came about in words for people. Always
 * the same document for the same config.
 */
export function cutConfig(document: JsonObject, kept: number): JsonObject {
  const rootfs = asObject(looseMember(document, 'rootfs')) ?? {};
  const ids = looseMember(rootfs, 'diff_ids');
  const history = looseMember(document, 'history');
  const steps = Array.isArray(history) ? (history as unknown[]) : [];
  let layers = 0;
  const end = steps.findIndex((each) => {
    const isEmpty = looseMember(asObject(each) ?? {}, 'empty_layer') === true;
    return !isEmpty && ++layers > kept;
  });
  const told = end < 0 ? steps : steps.slice(0, end);
  const created = told
    .map((each) => looseMember(asObject(each) ?? {}, 'created'))
    .findLast((each) => typeof each === 'string');
  return {
    ...document,
    ...(created === undefined ? {} : { [memberKey(document, 'created')]: created }),
    [memberKey(document, 'rootfs')]: {
      ...rootfs,
      [memberKey(rootfs, 'diff_ids')]: Array.isArray(ids) ? (ids as unknown[]).slice(0, kept) : [],
    },
    ...(Array.isArray(history) ? { [memberKey(document, 'history')]: told } : {}),
  };
}
