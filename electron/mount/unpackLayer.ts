import { dropBeneath } from '../system/removeBeneath';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { blobFault, storedLayerTar } from '../worker/storedLayer';
import { LayerMembers } from './layerMembers';
import { layerProblem } from './layerProblem';
import { TreeWriter } from './treeWriter';

/** The job `unpack-layer`. */
export async function unpackLayer(
  input: JobInput<'unpack-layer'>,
  tools: JobTools,
): Promise<JobOutput<'unpack-layer'>> {
  const tree = begin(input);
  const members = new LayerMembers(tree);
  try {
    for await (const chunk of storedLayerTar(input, tools)) members.feed(chunk);
    return { ...members.end(), leftLists: tree.leftLists };
  } catch (thrown) {
    members.abandon();
    dropBeneath(input.target);
    throw await blobFault(input, layerProblem(thrown, members, input, input.target), tools);
  } finally {
    tree.close();
  }
}

function begin({ target, style, label }: JobInput<'unpack-layer'>): TreeWriter {
  try {
    return new TreeWriter(target, style, label);
  } catch (cause) {
    throw diskProblem(cause, target, 'write');
  }
}
