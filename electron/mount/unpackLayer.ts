import { rmSync } from 'node:fs';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { storedLayerTar } from '../worker/storedLayer';
import { LayerMembers } from './layerMembers';
import { layerProblem } from './layerProblem';
import { TreeWriter } from './treeWriter';

/** The job `unpack-layer`. */
export async function unpackLayer(
  input: JobInput<'unpack-layer'>,
  tools: JobTools,
): Promise<JobOutput<'unpack-layer'>> {
  const members = new LayerMembers(begin(input));
  try {
    for await (const chunk of storedLayerTar(input, tools)) members.feed(chunk);
    return members.end();
  } catch (thrown) {
    members.abandon();
    // Directories may have lost their write permission already; as their owner we can give it back.
    rmSync(input.target, { recursive: true, force: true });
    throw layerProblem(thrown, members, input, input.target);
  }
}

function begin({ target, style }: JobInput<'unpack-layer'>): TreeWriter {
  try {
    return new TreeWriter(target, style);
  } catch (cause) {
    throw diskProblem(cause, target, 'write');
  }
}
