import { problem } from '../../shared/image/problem';

/** Who a command runs as, in numbers. */
export interface RunUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

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

/**
 * Reads the `User` of an image (`user`, `uid`, `user:group`, `uid:gid`; '' is root) with the image's own /etc/passwd and
 * /etc/group, as Docker does: a number needs no entry, a name does. Throws `user-unknown`.
 */
export function resolveUser(text: string, passwd: string, group: string, image: string): RunUser {
  const colon = text.indexOf(':');
  const userText = colon < 0 ? text : text.slice(0, colon);
  const groupText = colon < 0 ? undefined : text.slice(colon + 1);
  const unknown = (): Error => problem('user-unknown', { user: text, image });
  const users = rows(passwd);
  const groups = rows(group);
  const wanted = userText === '' ? '0' : userText;
  const byName = users.find(([name]) => name === wanted);
  const id = toId(wanted);
  const row = byName ?? users.find(([, , uid]) => id !== null && uid === String(id));
  const uid = row ? toId(row[2] ?? '') : id;
  if (uid === null) throw unknown();
  let gid = row ? (toId(row[3] ?? '') ?? 0) : 0;
  const name = row?.[0];
  let more: number[] = [];
  if (groupText !== undefined && groupText !== '') {
    const found = groups.find(([each]) => each === groupText);
    const own = found ? toId(found[2] ?? '') : toId(groupText);
    if (own === null) throw unknown();
    gid = own;
  } else if (name !== undefined) {
    more = groups
      .filter(([, , , members = '']) => members.split(',').includes(name))
      .map(([, , each = '']) => toId(each))
      .filter((each) => each !== null);
  }
  return { uid, gid, groups: [...new Set(more)], home: row?.[5] || '/' };
}
