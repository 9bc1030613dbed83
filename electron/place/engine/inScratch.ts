import { readLayerFacts } from '../../index/layerIndex';
import { openDirectoryStore } from '../../store/directoryStore';
import { ScratchDocuments } from '../../store/scratch';
import { removeOwn } from '../../store/removeOwn';
import { makeTemporary } from '../../store/temporary';
import type { ActionContext } from '../../actions/ground/context';
import { createContext } from '../../actions/ground/createContext';

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
