import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { pathIn, withTree } from '../system/beneath';
import { getAttribute, listAttributes } from '../system/syscalls';
import type { JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';

/**
 * The job `stamp-tree`: what the file system says of every object of a tree, in one hash. Whatever writes to the tree changes
 * it: contents, names, modes, owners and attributes all leave their time in the inode (`ctime`), which no system call sets.
 * Nothing of the contents is read. Of the root that time does not count, which a rename changes, too: its attributes do themselves.
 */
export function stampTree({ path }: JobInput<'stamp-tree'>, tools: JobTools): JobOutput<'stamp-tree'> {
  const root = lstatSync(path, { throwIfNoEntry: false });
  if (root?.isDirectory() !== true) return { stamp: null };
  const hash = createHash('sha256');
  hash.update(`${root.ino} ${root.mode} ${root.uid} ${root.gid} ${root.mtimeMs}\n`);
  for (const name of listAttributes(path)) hash.update(`${name}\0`).update(getAttribute(path, name) ?? '');
  withTree(path, (tree) => {
    const waiting = [''];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      tools.tick(0);
      const names = tree.names(at);
      const directory = tree.directory(at);
      let facts = `${at}\n`;
      for (const name of names) {
        const info = lstatSync(pathIn(directory, name));
        facts += `${name}\0${factsOf(info)}`;
        if (info.isDirectory()) waiting.push(at === '' ? name : `${at}/${name}`);
      }
      hash.update(facts);
    }
  });
  return { stamp: hash.digest('hex') };
}

function factsOf({ ino, mode, uid, gid, size, rdev, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${mode} ${uid} ${gid} ${size} ${rdev} ${mtimeMs} ${ctimeMs}\n`;
}
