import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { largeImage, writeLargeArchive } from '../setup/benchArchives';
import { benchFolder, runBench } from '../setup/benchFolder';
import { measure, type Cost } from '../setup/benchMeasure';
import { ours, printCosts } from '../setup/benchTools';
import { startDockerEngine } from '../setup/dockerEngine';
import { findCommand, must } from '../setup/run';

/**
 * Archives and folders of 650 MB that are looked at where they lie, and copies between places, beside `tar -tf`, `skopeo` and
 * `docker save`: in turns, the median of five. We are measured as the command line, start-up included. A peer that cannot run here
 * is left out, and a line says so.
 */
const rounds = 5;
const work = benchFolder();
const at = (name: string): string => join(work, name);

interface Task {
  readonly title: string;
  /** Commands by the name of their tool, ours first. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
  /** What the tools make, removed after each. */
  readonly made?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const program = [process.execPath, join(process.cwd(), 'scripts', 'stratigraph.mjs')];
const cli = (...args: string[]): string[] => [...program, '--store', at('store'), ...args];

/** The tasks that need no engine. */
async function tasks(): Promise<readonly Task[]> {
  const archive = at('large.tar');
  writeLargeArchive(archive);
  await must('gzip', ['-1', '-k', archive]);
  const layout = cli('copy', '--format', 'oci-dir', archive, at('layout'));
  await must(layout[0] ?? '', layout.slice(1));
  const skopeo = findCommand('skopeo');
  if (skopeo === null) console.log('Without skopeo: not installed.');
  const withSkopeo = (...words: string[]): [string, readonly string[]][] =>
    skopeo === null ? [] : [['skopeo', [skopeo, ...words]]];
  const out = at('out.tar');
  return [
    {
      title: 'images of an archive',
      tools: new Map([
        [ours, cli('images', '--source', archive)],
        ['tar -tf', ['tar', '-tf', archive]],
        ...withSkopeo('inspect', `docker-archive:${archive}`),
      ]),
    },
    {
      title: 'images of a compressed archive',
      tools: new Map([
        [ours, cli('images', '--source', `${archive}.gz`)],
        ['tar -tzf', ['tar', '-tzf', `${archive}.gz`]],
      ]),
    },
    {
      title: 'images of a layout folder',
      tools: new Map([
        [ours, cli('images', '--source', at('layout'))],
        ...withSkopeo('inspect', `oci:${at('layout')}:${largeImage}`),
      ]),
    },
    {
      title: 'ls in an image of an archive',
      tools: new Map([[ours, cli('ls', '--source', archive, largeImage, '/opt')]]),
    },
    {
      title: 'copy of an archive to an OCI archive',
      made: out,
      tools: new Map([
        [ours, cli('copy', '--format', 'oci-archive', archive, out)],
        ...withSkopeo(
          'copy',
          '-q',
          '--insecure-policy',
          `docker-archive:${archive}`,
          `oci-archive:${out}:it`,
        ),
      ]),
    },
  ];
}

async function measureAll({ title, tools, made, env }: Task): Promise<void> {
  const costs = new Map<string, Cost[]>([...tools.keys()].map((name) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const [name, words] of tools) {
      const cost = await measure(words, { env: env ?? {} });
      if (made !== undefined) rmSync(made, { force: true });
      if (round >= 0) costs.get(name)?.push(cost);
    }
  printCosts(`${title}, median of ${rounds}`, costs);
}

async function main(): Promise<void> {
  for (const task of await tasks()) await measureAll(task);
  const { engine, reason } = await startDockerEngine();
  if (!engine) {
    console.log(`Without docker: ${reason}.`);
    return;
  }
  try {
    await engine.docker(['load', '-q', '-i', at('large.tar')]);
    // What comes out of an engine goes by way of a store's tools.
    mkdirSync(at('empty'));
    const made = cli('import', at('empty'), 'bench/empty:1');
    await must(made[0] ?? '', made.slice(1));
    const out = at('engine.tar');
    const env = {
      DOCKER_HOST: engine.host,
      DOCKER_CONFIG: join(dirname(engine.host.replace(/^unix:\/\//, '')), 'client'),
    };
    await measureAll({
      title: 'copy of an image of Docker to an archive',
      made: out,
      env,
      tools: new Map([
        [ours, cli('copy', '--source', engine.host, largeImage, out)],
        ['docker save', ['docker', 'save', '-o', out, largeImage]],
      ]),
    });
  } finally {
    await engine.stop();
  }
}

runBench(work, main);
