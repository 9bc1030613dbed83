import { pathIn, withTree } from '../system/beneath';
import { getAttribute, listAttributes } from '../system/syscalls';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { isUnsaid } from './upperEntries';

/** What overlayfs and fuse-overlayfs write into an upper directory of the mounts that we make, and what means nothing below. */
const own = /^(?:trusted|user)\.(?:fuse)?overlay(?:fs)?\.(?:opaque|origin|impure|nlink|uuid|override_stat)$/;

/**
 * Whether an object of a lower layer would be otherwise than the layer that was written of it says: overlayfs would read it in
 * another way than an upper directory's (Linux, fs/overlayfs: xattr whiteouts, redirects, metacopies), or it has what no layer says.
 */
function isForeign(path: string | Uint8Array): boolean {
  return listAttributes(path).some((name) => {
    if (!own.test(name)) return isUnsaid(path, name);
    if (!name.endsWith('.opaque')) return false;
    return Buffer.from(getAttribute(path, name) ?? []).toString('latin1') !== 'y';
  });
}

/**
 * The job `plain-marks`: whether an upper directory may lie below others as it is. Its workspace may have come from elsewhere with
 * attributes that no mount of ours makes, and who works in it may set others: a commit leaves them out of the layer, and so must its tree.
 */
export function plainMarks({ path }: JobInput<'plain-marks'>, tools: JobTools): JobOutput<'plain-marks'> {
  let plain = true;
  withTree(path, (tree) => {
    const waiting = [''];
    for (let at = waiting.pop(); plain && at !== undefined; at = waiting.pop()) {
      tools.tick(0);
      const directory = tree.directory(at);
      if (isForeign(directory)) plain = false;
      for (const name of tree.names(at)) {
        const stored = at === '' ? name : `${at}/${name}`;
        const info = tree.look(stored);
        if (info?.isDirectory() === true) waiting.push(stored);
        else if (info && isForeign(pathIn(directory, name))) plain = false;
      }
    }
  });
  return { plain };
}
