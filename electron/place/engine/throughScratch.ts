import { readLayerFacts } from '../../index/layerIndex';
import { openDirectoryStore } from '../../store/directoryStore';
import { ScratchDocuments } from '../../store/scratch';
import { removeOwn } from '../../store/removeOwn';
import { makeTemporary } from '../../store/temporary';
import type { ActionContext, Run } from '../../actions/ground/context';
import { copyFromEngine } from './copyFromEngine';
import { createContext } from '../../actions/ground/createContext';
import type { OpenEngine } from './engineImages';

/**
 * Hands images of an engine to `work` as a store of their own, which is gone afterwards: what an engine gives is verified as it
 * comes, before another engine is told of it. Throws as `copyFromEngine` and `work` do.
 */
export async function throughScratch<T>(
  tools: Pick<ActionContext, 'pool'>,
  open: OpenEngine,
  what: readonly string[],
  work: (context: ActionContext) => Promise<T>,
  run: Run,
): Promise<T> {
  return inScratch(tools, async (context) => {
    await copyFromEngine(context, open, what, run);
    return work(context);
  });
}

/** Hands an empty store to `work` that is gone afterwards: for what needs one where there is none. Throws what `work` throws. */
export async function inScratch<T>(
  { pool }: Pick<ActionContext, 'pool'>,
  work: (context: ActionContext) => Promise<T>,
): Promise<T> {
  const folder = await makeTemporary('look');
  try {
    const helpers = { readFacts: readLayerFacts, scratch: new ScratchDocuments() };
    const context = createContext(await openDirectoryStore(folder, helpers), pool);
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  } finally {
    await removeOwn(folder);
  }
}
