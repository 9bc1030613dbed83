import { problem } from '../../shared/image/problem';

/** Who a command runs as, in numbers. */
export interface RunUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

/**
 * Groups of a user times lines of /etc/group: runc holds each of the ones against each of the others before the command begins, some
 * seconds for this many. It is less than the square of the groups that Linux takes (NGROUPS_MAX).
 */
const groupLookups = 1 << 24;

/** An ID as text; a negative one, or one that a 32 bit number cannot hold, is none (CVE-2024-40635). */
function toId(text: string): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const id = Number(text);
  return id < 2 ** 32 - 1 ? id : null;
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .slice(0, 100_000)
    .map((line) => line.trim().split(':'));
}

/** What is written as a number is an ID, whatever names there are: a row of the image's files must not give it another meaning. */
const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** The first row of /etc/passwd or /etc/group for a name or an ID. */
function rowFor(wanted: string, table: readonly (readonly string[])[]): readonly string[] | undefined {
  if (!isNumber(wanted)) return table.find(([name]) => name === wanted);
  const id = toId(wanted);
  return id === null ? undefined : table.find(([, , each = '']) => toId(each) === id);
}

/**
 * Reads the `User` of an image (`user`, `uid`, `user:group`, `uid:gid`; '' is root) with the image's own /etc/passwd and
 * /etc/group, as Docker does: a number needs no entry, a name does. The user's group is one of `groups`, too: a program that
 * gives its group up stays in it (CVE-2022-36109). Throws `user-unknown`, and `run-refused` for more groups than a runtime can look up.
 */
export function resolveUser(text: string, passwd: string, group: string, image: string): RunUser {
  const colon = text.indexOf(':');
  const userText = colon < 0 ? text : text.slice(0, colon);
  const groupText = colon < 0 ? '' : text.slice(colon + 1);
  const groups = rows(group);
  const known = (id: number | null): number => {
    if (id === null) throw problem('user-unknown', { user: text, image });
    return id;
  };
  const wanted = userText === '' ? '0' : userText;
  const row = rowFor(wanted, rows(passwd));
  const [name, , ownUid, ownGid = '', , written = ''] = row ?? [];
  // No variable can hold a zero byte, and one that is left out is looked up by the runtime, which fails.
  const home = written === '' || written.includes('\0') ? '/' : written;
  const uid = known(toId(ownUid ?? wanted));
  if (groupText !== '') {
    const gid = known(toId(rowFor(groupText, groups)?.[2] ?? groupText));
    return { uid, gid, groups: [gid], home };
  }
  const gid = ownGid === '' ? 0 : known(toId(ownGid));
  const more = groups
    .filter(([, , , members = '']) => name !== undefined && members.split(',').includes(name))
    .map(([, , each = '']) => toId(each))
    .filter((each) => each !== null);
  const all = [...new Set([gid, ...more])];
  if (all.length * group.split('\n').length > groupLookups)
    throw problem('run-refused', { name: image, path: '/etc/group', reason: 'groups' });
  return { uid, gid, groups: all, home };
}
