import type { ActionContext, Run } from '../../actions/ground/context';
import type { GiveRequest } from '../place';
import { copyFromEngine } from './copyFromEngine';
import type { OpenEngine } from './engineImages';
import { inScratch } from './inScratch';

/**
 * Hands images of an engine to `work` as a store of their own, which is gone afterwards: what an engine gives is verified as it
 * comes, before another engine is told of it. Throws as `copyFromEngine` and `work` do.
 */
export async function throughScratch<T>(
  tools: Pick<ActionContext, 'pool'>,
  open: OpenEngine,
  request: GiveRequest,
  work: (context: ActionContext) => Promise<T>,
  run: Run,
): Promise<T> {
  return inScratch(tools, async (context) => {
    await copyFromEngine(context, open, request, run);
    return work(context);
  });
}
