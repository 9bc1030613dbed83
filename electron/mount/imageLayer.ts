import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { diskProblem, dropOutFile, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, UnpackedFacts } from '../worker/jobs';
import { blobFault, storedLayerTar } from '../worker/storedLayer';
import { NotExpressible } from './erofsFault';
import { erofsImage } from './erofsImage';
import { layerProblem } from './layerProblem';
import { LayerMembers } from './layerMembers';
import { LayerTree, TreeTooLarge } from './layerTree';

/** Most objects of a layer that is kept as an image: its tree is made in memory. */
const objectLimit = 1_000_000;

/** The job `image-layer`. */
export async function imageLayer(
  input: JobInput<'image-layer'>,
  tools: JobTools,
): Promise<JobOutput<'image-layer'>> {
  try {
    return await makeImage(input, tools);
  } catch (thrown) {
    dropOutFile(input.image);
    dropOutFile(input.tar);
    if (thrown instanceof NotExpressible || thrown instanceof TreeTooLarge) return null;
    throw thrown;
  }
}

async function makeImage(input: JobInput<'image-layer'>, tools: JobTools): Promise<UnpackedFacts> {
  const tree = new LayerTree(objectLimit);
  const members = new LayerMembers(tree);
  // Where blob and tar are the same bytes the blob itself is what the image points into.
  const out = input.digest === (input.diffId as string) ? null : new TarFile(input.tar);
  try {
    for await (const chunk of storedLayerTar(input, tools)) {
      out?.write(chunk);
      members.feed(chunk);
    }
    const facts = members.end();
    const tarBytes = out === null ? statSync(input.file).size : out.size;
    writeFileSync(input.image, erofsImage(tree.root, tarBytes), { flag: 'wx', mode: 0o600 });
    return facts;
  } catch (thrown) {
    if (thrown instanceof NotExpressible || thrown instanceof TreeTooLarge) throw thrown;
    throw await blobFault(input, layerProblem(thrown, members, input, input.image), tools);
  } finally {
    out?.close();
  }
}

/** The uncompressed tar beside an image. */
class TarFile {
  private readonly fd: number;
  size = 0;

  constructor(path: string) {
    try {
      this.fd = openSync(path, 'wx', 0o600);
    } catch (cause) {
      throw diskProblem(cause, path, 'write');
    }
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at);
    this.size += bytes.length;
  }

  close(): void {
    closeSync(this.fd);
  }
}
