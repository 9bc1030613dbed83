import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchFolder, runBench } from '../setup/benchFolder';
import { openResident, resident } from '../setup/benchResident';
import { median, ours, printTimes, seconds } from '../setup/benchTools';
import { startDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { findCommand, must, run } from '../setup/run';

/**
 * Committing what changed in a container, beside docker and buildah: one file in an image of 1 GB, 5,000 files, one file of
 * 1 GB. Every tool has the image, gets the same changes in its own upper directory, and is asked for a commit, in turns,
 * the median of three; `diff` is timed on the way. We are measured twice: as the command line, start-up included, as
 * buildah is, and as the process that the window is, which stays, as docker's daemon does. Needs root, as docker and
 * buildah do. A peer that is not installed is left out, and a line says so.
 */
const rounds = 3;
const root = process.cwd();
const work = benchFolder();
const image = 'bench/base:1';
const made = 'bench/made:1';

interface Tool {
  readonly name: string;
  readonly load: (archive: string) => Promise<unknown>;
  /** A fresh container or workspace with these changes made in it. */
  readonly prepare: (change: (tree: string) => void) => Promise<unknown>;
  readonly diff: (() => Promise<unknown>) | null;
  readonly commit: () => Promise<unknown>;
  /** Takes the container and what was committed away. */
  readonly clear: () => Promise<unknown>;
}

function stratigraph(): Tool {
  const words = [join(root, 'scripts', 'stratigraph.mjs'), '--store', join(work, 'store')];
  const cli = (...args: string[]): Promise<string> => must(process.execPath, [...words, ...args]);
  return {
    name: ours,
    load: (archive) => cli('load', '-q', '-i', archive),
    prepare: async (change) => {
      await cli('workspace', 'create', image, 'bench');
      change((await cli('workspace', 'path', 'bench')).trim());
    },
    diff: () => cli('workspace', 'diff', 'bench'),
    commit: () => cli('commit', 'bench', made),
    clear: async () => {
      await cli('workspace', 'rm', 'bench');
      await cli('rmi', made);
    },
  };
}

function docker(engine: DockerEngine): Tool {
  let container = '';
  return {
    name: `docker ${engine.version}`,
    load: (archive) => engine.docker(['load', '-q', '-i', archive]),
    prepare: async (change) => {
      container = (await engine.docker(['create', image, 'x'])).trim();
      const [{ GraphDriver }] = JSON.parse(await engine.docker(['inspect', container])) as [
        { GraphDriver: { Data: { LowerDir: string; UpperDir: string; WorkDir: string } } },
      ];
      const { LowerDir, UpperDir, WorkDir } = GraphDriver.Data;
      const at = join(work, 'docker-merged');
      mkdirSync(at, { recursive: true });
      const options = `lowerdir=${LowerDir},upperdir=${UpperDir},workdir=${WorkDir},index=off`;
      await must('mount', ['-t', 'overlay', 'overlay', '-o', options, at]);
      try {
        change(at);
      } finally {
        await must('umount', [at]);
      }
    },
    diff: () => engine.docker(['diff', container]),
    commit: () => engine.docker(['commit', container, made]),
    clear: async () => {
      await engine.docker(['rm', '-f', container]);
      await engine.docker(['rmi', '-f', made]);
    },
  };
}

function buildah(program: string): Tool {
  const place = ['--root', join(work, 'buildah'), '--runroot', join(work, 'buildah-run')];
  const options = [...place, '--storage-driver', 'overlay'];
  const buildah = (...args: string[]): Promise<string> => must(program, [...options, ...args]);
  return {
    name: 'buildah',
    load: (archive) => buildah('pull', '-q', `docker-archive:${archive}`),
    prepare: async (change) => {
      await buildah('from', '-q', '--pull-never', '--name', 'bench', image);
      change((await buildah('mount', 'bench')).trim());
    },
    diff: null,
    commit: () => buildah('commit', '-q', 'bench', made),
    clear: async () => {
      await buildah('rm', 'bench');
      await buildah('rmi', '-f', made);
    },
  };
}

/** The three changes of the question. */
const changes: readonly { readonly title: string; readonly change: (tree: string) => void }[] = [
  {
    title: 'one file in an image of 1 GB',
    change: (tree) => writeFileSync(join(tree, 'etc', 'one'), 'one\n'),
  },
  {
    title: '5,000 files',
    change: (tree) => {
      for (let i = 0; i < 5000; i++) {
        const folder = join(tree, 'srv', `folder-${i % 50}`);
        if (i < 50) mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `file-${i}.js`), noise(700 + (i % 900), i));
      }
    },
  },
  {
    title: 'one file of 1 GB',
    change: (tree) => writeFileSync(join(tree, 'srv', 'large'), randomFillSync(Buffer.alloc(1 << 30))),
  },
];

async function main(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('This bench needs root: docker and buildah do.');
  const { engine, reason } = await startDockerEngine();
  const window = await openResident(join(work, 'resident'), image, made);
  const list: Tool[] = [stratigraph(), { name: resident, ...window }];
  if (engine) list.push(docker(engine));
  else console.log(`Without docker: ${reason}.`);
  const program = findCommand('buildah');
  if (program === null) console.log('Without buildah: not installed (Debian: buildah).');
  else list.push(buildah(program));
  try {
    const archive = join(work, 'base.tar');
    const content = randomFillSync(Buffer.alloc(900 << 20));
    const files = [
      { path: 'etc', type: 'directory' as const, mode: 0o755 },
      { path: 'srv', type: 'directory' as const, mode: 0o755 },
      { path: 'usr/large', content },
      // A diff that walks the whole image is slow where the image has files to walk over.
      ...Array.from({ length: 40_000 }, (_, i) => ({
        path: `usr/share/folder-${i % 400}/file-${i}.js`,
        content: noise(1500 + (i % 2000), i),
      })),
    ];
    writeFileSync(archive, dockerArchive([{ names: [image], layers: [{ files }] }]));
    for (const { load } of list) await load(archive);
    for (const { title, change } of changes) {
      const commits = new Map<string, number[]>(list.map(({ name }) => [name, []]));
      const diffs = new Map<string, number[]>(list.map(({ name }) => [name, []]));
      for (let round = 0; round < rounds; round++) {
        for (const { name, prepare, diff, commit, clear } of list) {
          await prepare(change);
          if (diff) diffs.get(name)?.push(await seconds(diff));
          commits.get(name)?.push(await seconds(commit));
          await clear();
        }
      }
      printTimes(`Commit ${title}, median of ${rounds}`, commits);
      printTimes(`Diff of the same, median of ${rounds}`, diffs);
      const best = Math.min(
        ...[...commits]
          .filter(([name]) => name !== ours && name !== resident)
          .map(([, each]) => median(each)),
      );
      for (const name of [ours, resident]) {
        const own = median(commits.get(name) ?? []);
        if (Number.isFinite(best))
          console.log(
            `  ${name}: ${(own * 1000).toFixed(0)} ms; the aim, half of the best peer's time, is ${(best * 500).toFixed(0)} ms: ${own <= best / 2 ? 'reached' : 'missed'}`,
          );
      }
    }
  } finally {
    await window.close();
    await run(process.execPath, [
      join(root, 'scripts', 'stratigraph.mjs'),
      '--store',
      join(work, 'store'),
      'umount',
      '-a',
    ]);
    if (program !== null) {
      const place = ['--root', join(work, 'buildah'), '--runroot', join(work, 'buildah-run')];
      await run(program, [...place, '--storage-driver', 'overlay', 'rm', '-a']);
    }
    await engine?.stop();
  }
}

runBench(work, main);
