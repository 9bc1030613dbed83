import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHeader, padded } from '../../shared/layer/tarHeader';
import { attachMount, makeMount, mountAttributes } from '../system/apartMounts';
import { getAttribute } from '../system/syscalls';
import type { JobInput, JobOutput } from '../worker/jobs';
import { erofsImage } from './erofsImage';
import { LayerMembers } from './layerMembers';
import { LayerTree } from './layerTree';
import { withLowerLayers } from './lowerLayers';

const contents = Buffer.from('what a file of an image holds\n');
const attributes: readonly (readonly [name: string, value: Uint8Array])[] = [
  ['user.kind', Buffer.from('user')],
  // VFS_CAP_REVISION_2 with no capability.
  ['security.capability', Buffer.from([0, 0, 0, 2, ...new Array<number>(16).fill(0)])],
];

/**
 * The job `try-images`. Kernels differ: whether EROFS is there and mounts a file that is no block device (6.12), which
 * attributes it was built with, how deep file systems may be stacked on it (6.17 had a bound that was taken back), and
 * what the file system of the store allows. So the real thing is tried, in mounts that nobody sees.
 */
export function tryImages({ folder }: JobInput<'try-images'>): JobOutput<'try-images'> {
  try {
    const layer = { image: join(folder, 'image'), tar: join(folder, 'tar') };
    const bytes = sampleTar();
    const tree = new LayerTree(10);
    const members = new LayerMembers(tree);
    members.feed(bytes);
    members.end();
    writeFileSync(layer.tar, bytes);
    writeFileSync(layer.image, erofsImage(tree.root, bytes.length));
    const [place, other] = [join(folder, 'place'), join(folder, 'other')];
    for (const path of [place, other]) mkdirSync(path);
    return withLowerLayers(place, [layer, other], (names) => isRead(place, names));
  } catch {
    return false;
  }
}

function sampleTar(): Uint8Array {
  const header = encodeHeader({
    name: 'file',
    type: 'file',
    size: contents.length,
    mode: 0o644,
    mtime: 0,
    xattrs: attributes,
  });
  const tar = Buffer.alloc(header.length + padded(contents.length) + 1024);
  tar.set(header);
  tar.set(contents, header.length);
  return tar;
}

/** Stacks an overlay on the image, and another on that as the run of a command does, and looks at the file through both. */
function isRead(place: string, [image = '', other = '']: readonly string[]): boolean {
  let lower = image;
  for (const name of ['first', 'second']) {
    mkdirSync(join(place, name));
    const options = [lower, other].map((each) => ['lowerdir+', each] as const);
    attachMount(makeMount('overlay', options, mountAttributes.readOnly), join(place, name));
    lower = name;
  }
  const file = join(place, 'second', 'file');
  const has = ([name, value]: (typeof attributes)[number]): boolean =>
    Buffer.compare(getAttribute(file, name) ?? new Uint8Array(0), value) === 0;
  return readFileSync(file).equals(contents) && attributes.every(has);
}
