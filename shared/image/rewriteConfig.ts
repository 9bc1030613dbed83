import type { DiffId } from './digest';
import { asObject, asText, looseMember, memberKey, type JsonObject } from './jsonDocument';
import { withoutComment } from './ownComment';

/** What a rewrite makes of a config. */
export interface RewriteStep {
  /** Diff IDs of all layers, from the base up. */
  readonly diffIds: readonly DiffId[];
  /** Whether a layer, by its number from 0, is another one now. */
  readonly changed: ReadonlySet<number>;
  readonly createdBy: string;
  readonly comment: string;
}

/**
 * A config with other layers in the places of some (OCI image-spec, config.md). The steps of those layers say so in their
 * comments, and an empty step says what was done. Times stay as they are, so that the same rewrite gives the same image.
 */
export function rewrittenConfig(document: JsonObject, step: RewriteStep): JsonObject {
  const rootfs = asObject(looseMember(document, 'rootfs')) ?? {};
  const history = looseMember(document, 'history');
  const steps = (Array.isArray(history) ? (history as unknown[]) : []).map((each) => asObject(each) ?? {});
  let layer = -1;
  const told = steps.map((each) => {
    if (looseMember(each, 'empty_layer') === true) return each;
    layer++;
    if (!step.changed.has(layer)) return each;
    const key = memberKey(each, 'comment');
    const before = asText(looseMember(each, 'comment'));
    return { ...each, [key]: before === '' ? step.comment : `${before}; ${step.comment}` };
  });
  const created = asText(looseMember(document, 'created'));
  return {
    ...withoutComment(document),
    [memberKey(document, 'rootfs')]: { ...rootfs, [memberKey(rootfs, 'diff_ids')]: step.diffIds },
    [memberKey(document, 'history')]: [
      ...told,
      {
        ...(created === '' ? {} : { created }),
        created_by: step.createdBy,
        comment: step.comment,
        empty_layer: true,
      },
    ],
  };
}
