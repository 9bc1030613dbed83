import { readdirSync } from 'node:fs';
import { requests } from '../../shared/ipc/contract';
import { problem as problemSchema } from '../../shared/ipc/schemas';
import type { Problem } from '../../shared/image/problem';
import { ProblemError } from '../../shared/image/problem';
import type { Reply } from '../../shared/ipc/reply';
import { checkSentence, holds } from './fuzzed';
import { nextMessage, requestList, type Message } from './ipcMessages';
import { createIpcWorld, hiddenPlaces, type IpcWorld } from './ipcWorld';
import { randomNumbers } from './mutate';

/** What a run came to: counts, and what did not hold. */
export interface IpcRun {
  readonly messages: number;
  readonly ok: number;
  readonly problems: ReadonlyMap<string, number>;
  /** Messages that structured clone itself refuses. */
  readonly unsendable: number;
  readonly findings: readonly string[];
  readonly dialogs: number;
  readonly slowest: { readonly name: string; readonly ms: number };
}

/** Places below the store that people are shown: where a tree is mounted, and the guided page's folder. */
const shownBelow =
  /^\/(?:workspaces\/[^/]+\/merged|mounts\/mount-[0-9a-f]{12}|guide\/[0-9a-f]{12}\/house)(?![\w.-])/;

/** Holds that a text names no place of this machine but those that people are shown, and no stack. */
function checkShown(text: string, { store, folder }: IpcWorld): void {
  holds(!/(?:\n|\\n)\s+at /.test(text), `a stack: ${text.slice(0, 300)}`);
  for (const place of hiddenPlaces) {
    const at = text.indexOf(place);
    holds(at < 0, `a place: ${text.slice(Math.max(0, at - 100), at + 200)}`);
  }
  for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + 1)) {
    const rest = text.slice(at);
    const below = rest.slice(store.length);
    const shown = rest.startsWith(store) && (!below.startsWith('/') || shownBelow.test(below));
    holds(shown, `a place: ${text.slice(Math.max(0, at - 100), at + 200)}`);
  }
}

function checkProblem(found: Problem, world: IpcWorld): void {
  holds(problemSchema.safeParse(found).success, 'a problem without code or facts');
  holds(found.code !== 'internal', `a bug: ${JSON.stringify(found)}`);
  checkSentence(ProblemError.from(found));
  checkShown(JSON.stringify(found), world);
}

/** What must hold of every reply. */
function checkReply({ name }: Message, reply: Reply<unknown>, world: IpcWorld): void {
  if (!reply.ok) checkProblem(reply.problem, world);
  else {
    const { success } = requests[name].output.safeParse(reply.value);
    holds(success, `a reply that breaks the contract: ${JSON.stringify(reply.value)?.slice(0, 300)}`);
    const text = JSON.stringify(structuredClone(reply.value)) ?? '';
    checkShown(text, world);
    world.harvest(text);
  }
}

/** A short form of a message, for people. */
function told({ name, args }: Message): string {
  try {
    const seen = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
    return `${name} ${JSON.stringify(args, seen)?.slice(0, 500)}`;
  } catch {
    return `${name} (not to be told)`;
  }
}

/** What crosses: a structured clone, or null where the window's own call fails. */
function crossed(message: Message): Message | null {
  try {
    return { name: message.name, args: structuredClone(message.args) };
  } catch {
    return null;
  }
}

/** Most that memory may grow over a run, bytes: the largest messages are 40 MB, and some are sent thirty times at once. */
const growth = 1200 << 20;
/** Longest time until a reply, milliseconds: far beyond what any takes on a busy machine. */
const patience = 20_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no reply')), patience);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Files and connections that this process has open; 0 where that is not told. */
const openFiles = (): number => {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
};

/**
 * Sends messages to the answers of a world: every request in turn and at random, some many times at once. Whatever is sent, each
 * gets a reply by the contract or a problem with a sentence, and nothing else happens.
 */
export async function fuzzIpc(options: {
  readonly messages: number;
  readonly seed: number;
  /** Findings that are enough. */
  readonly most?: number;
}): Promise<IpcRun> {
  const { most = 20 } = options;
  const random = randomNumbers(options.seed);
  const world = await createIpcWorld();
  const findings: string[] = [];
  const problems = new Map<string, number>();
  let [sent, ok, unsendable] = [0, 0, 0];
  let slowest = { name: '', ms: 0 };
  const found = (what: string, message: Message | null): void => {
    findings.push(`${what}\n  after ${message ? told(message) : 'the last message'}`);
  };
  const unhandled = (thrown: unknown): void =>
    found(`unhandled: ${thrown instanceof Error ? thrown.stack : String(thrown)}`, null);
  process.on('unhandledRejection', unhandled);
  process.on('uncaughtException', unhandled);

  // Idle threads keep no process alive, and neither does a promise.
  const alive = setInterval(() => undefined, 1000);

  const send = async (message: Message, world: IpcWorld): Promise<void> => {
    sent++;
    const began = performance.now();
    try {
      const reply = await inTime(world.answers.request(message.name, message.args, { id: 1 + random(2) }));
      checkReply(message, reply, world);
      if (reply.ok) ok++;
      else problems.set(reply.problem.code, (problems.get(reply.problem.code) ?? 0) + 1);
    } catch (thrown) {
      found(thrown instanceof Error ? thrown.message : String(thrown), message);
    }
    const ms = performance.now() - began;
    if (ms > slowest.ms) slowest = { name: message.name, ms };
  };
  const settle = async (world: IpcWorld): Promise<void> => {
    for (const state of world.announced()) {
      try {
        world.harvest(JSON.stringify(state));
        checkShown(JSON.stringify(state), world);
        if (state.problem) checkProblem(state.problem, world);
      } catch (thrown) {
        found(thrown instanceof Error ? thrown.message : String(thrown), null);
      }
    }
    for (const thrown of world.bugs.splice(0))
      found(`a bug: ${thrown instanceof Error ? thrown.stack : String(thrown)}`, null);
    if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) found('the prototype changed', null);
    if (world.operations.list().length > 300) found('operations are kept without end', null);
    await Promise.resolve();
  };
  const idle = async (world: IpcWorld): Promise<void> => {
    for (const { id, status } of world.operations.list())
      if (status === 'running') world.operations.cancel(id);
    const end = performance.now() + patience;
    while (world.operations.busy && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    for (const { kind, subject, status, progress } of world.operations.list())
      if (status === 'running')
        found(`cancelled without end: ${kind} ${subject} ${JSON.stringify(progress)}`, null);
  };

  const outside = world.outside();
  let files = Infinity;
  const memory = process.memoryUsage.rss();
  for (let i = 0; sent < options.messages && findings.length < most; i++) {
    const message = crossed(nextMessage(world.known(), random, requestList[i % (2 * requestList.length)]));
    world.act(random(2) === 0);
    if (message === null) {
      unsendable++;
      sent++;
      continue;
    }
    const times = random(25) === 0 ? Math.min(2 + random(30), options.messages - sent) : 1;
    await Promise.all(Array.from({ length: Math.max(1, times) }, () => send(message, world)));
    if (process.memoryUsage.rss() - memory > growth) {
      found(`memory grew by ${Math.round((process.memoryUsage.rss() - memory) / 1e6)} MB`, message);
      break;
    }
    if (i % 50 === 0) await settle(world);
    if (i % 100 === 0) {
      await idle(world);
      await world.refill();
      // Threads are started in the beginning; what is open then is what the process needs.
      if (i === 100) files = openFiles();
    }
  }
  await idle(world);
  await settle(world);
  if (!(await world.answers.request('app.start', [{}], { id: 1 })).ok)
    found('the next call is not answered', null);
  // A few may be on their way: a thread that is let go, a log.
  if (openFiles() > files + 20) found(`${openFiles()} files are open, ${files} were`, null);
  if (world.outside() !== outside) found('something beside the store changed', null);
  if (world.deeds.unasked > 0) found(`${world.deeds.unasked} things were opened unasked`, null);

  // Many at once, and the end in the middle of them.
  const last = Array.from({ length: 60 }, () => crossed(nextMessage(world.known(), random)));
  const calls = last.map((message) => (message ? send(message, world) : Promise.resolve()));
  const closing = world.close(false);
  await Promise.all(calls);
  await closing;
  const after = await world.answers.request('store.graph', [{}], { id: 1 });
  if (after.ok || after.problem.code !== 'app-closing') found('a call after the end was answered', null);
  await settle(world);
  await world.close(true);
  clearInterval(alive);
  process.off('unhandledRejection', unhandled);
  process.off('uncaughtException', unhandled);
  return { messages: sent, ok, problems, unsendable, findings, dialogs: world.deeds.opened, slowest };
}
