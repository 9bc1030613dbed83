import { mkdir } from 'node:fs/promises';
import type { OpenEngine } from '../../electron/place/engine/engineImages';
import { parseAddress, sourceIdOf } from '../../electron/engine/address';
import { openEngine } from '../../electron/engine/engine';
import type { EngineEndpoint } from '../../electron/engine/discover';
import { EngineImages } from '../../electron/engine/readImages';
import { dockerEngineObstacle, openDockerEngine } from '../setup/dockerEngine';
import type { Bench } from './bench';
import { startPodmanService } from './podmanService';

/** An engine under test, and how its own command line does things to it. */
export interface EnginePeer {
  readonly host: string;
  readonly kind: 'docker' | 'podman';
  command(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

async function docker(): Promise<EnginePeer> {
  const made = await openDockerEngine();
  return {
    host: made.host,
    kind: 'docker',
    command: (...args) => made.docker(args),
    stop: () => made.stop(),
  };
}

async function podman(bench: Bench): Promise<EnginePeer> {
  const folder = bench.path('podman-service');
  await mkdir(folder);
  const made = await startPodmanService(folder);
  return {
    host: made.host,
    kind: 'podman',
    command: (...args) => made.podman(...args),
    stop: () => made.stop(),
  };
}

/** A real engine: the commands that it needs, how it is started, and what keeps it from running here. */
export interface EngineKind {
  readonly title: string;
  readonly commands: readonly string[];
  readonly start: (bench: Bench) => Promise<EnginePeer>;
  readonly obstacle: string | null;
}

/** The engines that suites are run on. */
export const enginePeers: readonly EngineKind[] = [
  { title: 'Docker', commands: [], start: docker, obstacle: dockerEngineObstacle() },
  {
    title: 'Podman',
    commands: ['podman', 'curl'],
    start: podman,
    obstacle: process.getuid?.() === 0 ? null : 'this suite’s Podman needs root',
  },
];

/** Where an engine under test answers. */
export function endpointOf({ host }: EnginePeer): EngineEndpoint {
  const address = parseAddress(host, null);
  return { id: sourceIdOf(address), address, hint: 'docker', label: '', named: true };
}

/** Opens it as the program does. */
export async function openPeer(peer: EnginePeer): Promise<OpenEngine> {
  const engine = await openEngine(endpointOf(peer));
  const reader = new EngineImages(engine);
  return { engine, view: () => reader.read() };
}
