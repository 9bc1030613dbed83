import type { DiffId } from './digest';
import { asObject, type JsonObject, looseMember, memberKey } from './jsonDocument';
import { withoutComment } from './ownComment';

/** What a squash makes of a config. */
export interface SquashStep {
  /** How many layers from the bottom stay as they are. */
  readonly kept: number;
  readonly diffId: DiffId;
  /** ISO 8601. */
  readonly created: string;
  readonly createdBy: string;
  readonly comment: string;
}

/**
 * A config whose layers above the lowest `kept` are one (OCI image-spec, config.md). The history steps of merged layers
 * become empty ones, so that what was done stays readable, and one more step carries the new layer. Everything else stays
 * as it is, in its order.
 */
export function squashedConfig(document: JsonObject, step: SquashStep): JsonObject {
  const rootfs = asObject(looseMember(document, 'rootfs')) ?? {};
  const ids = looseMember(rootfs, 'diff_ids');
  const diffIds = Array.isArray(ids) ? (ids as unknown[]) : [];
  const history = looseMember(document, 'history');
  const steps = (Array.isArray(history) ? (history as unknown[]) : []).map((each) => asObject(each) ?? {});
  let layer = 0;
  const told = steps.map((each) => {
    if (looseMember(each, 'empty_layer') === true) return each;
    layer++;
    return layer <= step.kept ? each : { ...each, [memberKey(each, 'empty_layer')]: true };
  });
  return {
    ...withoutComment(document),
    [memberKey(document, 'created')]: step.created,
    [memberKey(document, 'rootfs')]: {
      ...rootfs,
      [memberKey(rootfs, 'diff_ids')]: [...diffIds.slice(0, step.kept), step.diffId],
    },
    [memberKey(document, 'history')]: [
      ...told,
      { created: step.created, created_by: step.createdBy, comment: step.comment },
    ],
  };
}
