import type { Unkept } from '../../../shared/ipc/operation';
import { isWithin } from '../../../shared/layer/entryPath';
import type { Sockets } from '../../worker/jobs';

/** What a result says of sockets that a tree has, or a part of it (`''`: all), and that are in no layer; nothing where there are none. */
export function unkeptOf({ count, paths }: Sockets, part = ''): { readonly unkept?: Unkept } {
  const own = part === '' ? paths : paths.filter((path) => isWithin(path, part));
  const [first] = own;
  if (first === undefined) return {};
  return { unkept: { count: part === '' ? count : own.length, first } };
}
