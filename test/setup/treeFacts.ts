import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { decodeName } from '../../shared/layer/entryPath';
import { TarReader } from '../../electron/tar/readTar';
import { getAttribute, listAttributes } from '../../electron/system/syscalls';
import { defaultLimits } from '../../shared/image/limits';

/**
 * A tree as facts that two tools can be held against each other by: a line for each path with type, mode, owner, size and
 * digest, target, device numbers, extended attributes and the names that are one file.
 */
export type TreeFacts = ReadonlyMap<string, string>;

interface Node {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly detail: string;
  readonly xattrs: readonly string[];
  /** What is equal for all names of one file. */
  readonly inode: string;
}

function lines(nodes: ReadonlyMap<string, Node>): TreeFacts {
  const names = new Map<string, string[]>();
  for (const [path, { inode }] of nodes) names.set(inode, [...(names.get(inode) ?? []), path]);
  const facts = [...nodes].map(([path, node]): [string, string] => {
    const links = [...(names.get(node.inode) ?? [])].sort();
    const linked = node.type === 'file' && links.length > 1 ? ` = ${links.join(' ')}` : '';
    // The mode of a link means nothing, and tools write what they like.
    const mode = node.type === 'symlink' ? '' : node.mode.toString(8);
    const text = [node.type, mode, `${node.uid}:${node.gid}`, node.detail, ...node.xattrs].join(' ') + linked;
    return [path, text];
  });
  return new Map(facts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
const major = (rdev: bigint): bigint => (rdev >> 8n) & 0xfffn;
const minor = (rdev: bigint): bigint => (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn);

/** Facts of a directory tree. `ignored` leaves paths out. */
export function factsOfDirectory(root: string, ignored?: RegExp): TreeFacts {
  const nodes = new Map<string, Node>();
  const walk = (at: Buffer, path: string): void => {
    for (const name of readdirSync(at, { encoding: 'buffer' })) {
      const full = Buffer.concat([at, Buffer.from('/'), name]);
      const child = path === '' ? decodeName(name) : `${path}/${decodeName(name)}`;
      const info = lstatSync(full, { bigint: true, throwIfNoEntry: false });
      // An overlay lists deletions in a directory that it takes from one layer alone, though nothing is there.
      if (!info) continue;
      if (ignored?.test(child) === true) {
        if (info.isDirectory()) walk(full, child);
        continue;
      }
      let type = 'file';
      let detail = '';
      if (info.isDirectory()) type = 'directory';
      else if (info.isSymbolicLink()) {
        type = 'symlink';
        detail = decodeName(readlinkSync(full, { encoding: 'buffer' }));
      } else if (info.isFIFO()) type = 'fifo';
      else if (info.isSocket()) continue;
      else if (info.isCharacterDevice() || info.isBlockDevice()) {
        type = info.isBlockDevice() ? 'block' : 'character';
        detail = `${major(info.rdev)},${minor(info.rdev)}`;
      } else detail = `${info.size} ${hash(readFileSync(full))}`;
      const xattrs = listAttributes(full)
        .filter((each) => !/^(?:trusted|security\.selinux|user\.overlay)/.test(each))
        .map((each) => `${each}=${Buffer.from(getAttribute(full, each) ?? []).toString('hex')}`);
      nodes.set(child, {
        type,
        mode: Number(info.mode & 0o7777n),
        uid: Number(info.uid),
        gid: Number(info.gid),
        detail,
        xattrs,
        inode: `${info.dev} ${info.ino}`,
      });
      if (info.isDirectory()) walk(full, child);
    }
  };
  walk(Buffer.from(root), '');
  return lines(nodes);
}

/** Facts of a tar of a root filesystem. */
export async function factsOfTar(file: string, ignored?: RegExp): Promise<TreeFacts> {
  const nodes = new Map<string, Node>();
  let current: { path: string; chunks: Buffer[] } | null = null;
  const reader = new TarReader(
    {
      member: (header) => {
        const path = header.name.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
        if (path === '' || ignored?.test(path) === true) return false;
        if (header.type === 'hardlink') {
          const target = nodes.get(header.linkName.replace(/^(?:\.?\/)+/, ''));
          if (target) nodes.set(path, target);
          return false;
        }
        const device = header.type === 'character' || header.type === 'block';
        nodes.set(path, {
          type: header.type === 'sparse' ? 'file' : header.type,
          mode: header.mode,
          uid: header.uid,
          gid: header.gid,
          detail:
            header.type === 'symlink' ? header.linkName : device ? `${header.major},${header.minor}` : '',
          xattrs: [...header.xattrs]
            .map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`)
            .sort(),
          inode: path,
        });
        if (header.type === 'sparse') {
          // By another reader: whether the holes are where they belong is what is asked.
          const bytes = execFileSync('tar', ['-xOf', file, header.name], { maxBuffer: 1 << 28 });
          const node = nodes.get(path);
          if (node) nodes.set(path, { ...node, detail: `${bytes.length} ${hash(bytes)}` });
          return false;
        }
        if (header.type !== 'file') return false;
        current = { path, chunks: [] };
        return true;
      },
      body: (chunk) => void current?.chunks.push(Buffer.from(chunk)),
      end: () => {
        if (!current) return;
        const bytes = Buffer.concat(current.chunks);
        const node = nodes.get(current.path);
        if (node) nodes.set(current.path, { ...node, detail: `${bytes.length} ${hash(bytes)}` });
        current = null;
      },
    },
    defaultLimits,
  );
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) reader.feed(chunk);
  return lines(nodes);
}

/** What differs between two trees, a line each; empty when they are equal. */
export function differences(a: TreeFacts, b: TreeFacts): string[] {
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  return paths
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => `${path}: ${a.get(path) ?? 'missing'} | ${b.get(path) ?? 'missing'}`);
}

/** Docker 20.10 exports no attributes but capabilities: facts without those of users, to be held against it. */
export function withoutUserAttributes(facts: TreeFacts): TreeFacts {
  return new Map([...facts].map(([path, text]) => [path, text.replace(/ user\.\S+/g, '')]));
}
