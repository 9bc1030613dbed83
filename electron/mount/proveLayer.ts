import { LayerShape } from '../../shared/layer/layerShape';
import { TarFault, TarLimitFault, type TarHeader } from '../../shared/layer/tarHeader';
import { problem } from '../../shared/image/problem';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { storedLayerTar } from '../worker/storedLayer';
import { LayerMembers } from './layerMembers';
import {
  holdDevice,
  nameLimit,
  targetBytes,
  TreeFault,
  type FileTarget,
  type LayerTarget,
  type TreeEnd,
} from './treeRules';

/** For contents that are looked at and kept nowhere. */
const nowhere: FileTarget = {
  write: () => undefined,
  seek: () => undefined,
  end: () => undefined,
  abandon: () => undefined,
};

/** A tree that is made nowhere: it refuses what no tree can have, by the rules of those that are made. */
class ProvedTree implements LayerTarget {
  private readonly shape = new LayerShape<null>({}, { name: nameLimit });

  file(path: string, _: unknown, header: TarHeader): FileTarget | null {
    this.shape.object(path, null);
    // Its map must fit its body.
    return header.type === 'sparse' ? nowhere : null;
  }

  fileAside(name: string, _: unknown, header: TarHeader): FileTarget | null {
    this.shape.keepAside(name, null);
    return header.type === 'sparse' ? nowhere : null;
  }

  directoryEntry(path: string): void {
    this.shape.directory(path, null);
  }

  symlink(path: string, target: string): void {
    targetBytes(target);
    this.shape.object(path, null, target);
  }

  hardlink(path: string, target: string): void {
    this.shape.hardlink(path, target);
  }

  unplaced(path: string): void {
    this.shape.unplaced(path);
  }

  node(path: string, _: unknown, device: { readonly major: number; readonly minor: number }): boolean {
    holdDevice(device);
    this.shape.object(path, null);
    return true;
  }

  whiteout(path: string): void {
    this.shape.whiteout(path);
  }

  opaque(path: string): void {
    this.shape.opaque(path);
  }

  end(): TreeEnd {
    this.shape.finish();
    const { opaque } = this.shape.root;
    // Nobody mounts it.
    return { opaqueRoot: opaque, impliedRoot: false, implied: 0 };
  }
}

/** The job `prove-layer`. */
export async function proveLayer(
  input: JobInput<'prove-layer'>,
  tools: JobTools,
): Promise<JobOutput<'prove-layer'>> {
  const members = new LayerMembers(new ProvedTree());
  try {
    for await (const chunk of storedLayerTar(input, tools, false)) members.feed(chunk);
    members.end();
  } catch (thrown) {
    if (thrown instanceof TarLimitFault || !(thrown instanceof TarFault || thrown instanceof TreeFault))
      throw thrown;
    const facts = { file: input.label, entry: members.inHand, ...thrown.facts() };
    throw problem('layer-invalid', facts, { cause: thrown });
  }
}
