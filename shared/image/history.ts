import type { ConfigHistory, ImageConfig } from './imageConfig';

/** A history step with the layer that it made: an index into the image's layers, null for an empty step. */
export type MatchedStep = ConfigHistory & { readonly layer: number | null };

const blank: ConfigHistory = { createdBy: '', created: null, author: '', comment: '', empty: false };

/**
 * Matches history to layers, oldest first (OCI image-spec, config.md "history": steps that are not empty stand for the
 * layers in order). Where the counts disagree, as in images that tools without history have made, every layer still
 * gets a step: layers that history does not name get a blank one, and steps beyond the last layer count as empty.
 */
export function matchHistory(config: Pick<ImageConfig, 'history' | 'diffIds'>): readonly MatchedStep[] {
  const steps: MatchedStep[] = [];
  let layer = 0;
  for (const step of config.history) {
    if (step.empty || layer >= config.diffIds.length) steps.push({ ...step, empty: true, layer: null });
    else steps.push({ ...step, layer: layer++ });
  }
  while (layer < config.diffIds.length) steps.push({ ...blank, layer: layer++ });
  return steps;
}
