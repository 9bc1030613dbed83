import { basename, resolve } from 'node:path';
import type { Limits } from '../../../shared/image/limits';
import type { Problem } from '../../../shared/image/problem';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import { nearPath } from '../../store/blobFile';
import { inputId, namesApart } from './inputNames';
import type { Reading } from './reading';
import { glance } from '../../store/glance';

/** An archive or folder that somebody opened, or that is on the person's list. */
export interface Opened {
  readonly id: SourceId;
  /** Where it lies, links followed; of one that is not there, where it would. */
  path: string;
  readonly label: string;
  /** The way by which the person named it: links are not followed. */
  readonly named: string;
  kind: 'archive' | 'layout';
  /** The paths by which it is on the person's list: with one of them it stays when what was read of it is closed. */
  readonly listedAs: Set<string>;
  limits: Limits;
  /** Ends a reading that runs. */
  abort: AbortController;
  /** Null until somebody goes there. */
  reading: Reading | null;
  images: number;
  problem: Problem | null;
  /** The reading for who went there first. */
  first: Promise<void> | null;
  /** A reading for somebody who found it to be another. */
  rereading: Promise<void> | null;
  stopWatching: () => void;
}

/** What was opened, as who asked for it is told. */
export interface Look {
  readonly id: SourceId;
  readonly images: number;
}

/** One that nothing is known of yet: `real` is its path with links followed, as far as it is there. */
export function newOpened(path: string, real: string, limits: Limits): Opened {
  return {
    id: inputId(real),
    path: real,
    label: basename(resolve(path)),
    named: resolve(path),
    kind: kindOf(real),
    listedAs: new Set(),
    limits,
    abort: new AbortController(),
    reading: null,
    images: 0,
    problem: null,
    first: null,
    rereading: null,
    stopWatching: () => undefined,
  };
}

/** Whether its images are known, and are what lies there. */
export const isRead = ({ reading, problem }: Opened): boolean => reading !== null && problem === null;

/** What somebody is told of one that was read. */
export const lookOf = ({ id, images }: Opened): Look => ({ id, images });

/** What lies at a path; what is not there is taken for an archive. */
export const kindOf = (path: string): 'archive' | 'layout' =>
  glance(path)?.isDirectory() === true ? 'layout' : 'archive';

/** What is open, as it is listed: equal names are told apart. */
export function infosOf(all: readonly Opened[]): readonly SourceInfo[] {
  const names = namesApart(all);
  return all.map(({ id, kind, label, path, images, reading, listedAs, problem: found }, i) => ({
    id,
    kind,
    name: names[i] ?? label,
    word: label,
    address: nearPath(path),
    state: found !== null ? ('refused' as const) : reading ? ('ready' as const) : ('unread' as const),
    problem: found,
    version: null,
    images: found === null && reading ? images : null,
    ...(listedAs.size > 0 && { added: true as const }),
  }));
}
