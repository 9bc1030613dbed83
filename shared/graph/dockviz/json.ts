import { reasonFacts, type ListReason } from '../../image/faultReason';
import { isBeyondBounds, parseBoundedJson } from '../../image/jsonScan';
import { problem } from '../../image/problem';
import { noName, type DockvizImage } from './images';

const names = ['Created', 'Id', 'ParentId', 'RepoTags', 'Size', 'VirtualSize'] as const;
type Name = (typeof names)[number];
type Members = Partial<Record<Name, unknown>>;
const known = new Map(names.map((name) => [name.toLowerCase(), name]));

/** Members by dockviz's names: its language takes keys in any case, the last of several counts. */
function membersOf(value: object): Members {
  const members: Members = {};
  for (const [key, member] of Object.entries(value)) {
    const name = known.get(key.toLowerCase());
    if (name !== undefined && member !== null) members[name] = member;
  }
  return members;
}

/**
 * Reads what Docker's `/images/json?all=1` gives, which is also what {@link dockvizJson} writes. Members that dockviz does
 * not know are passed over; a missing one is empty or zero. Throws `image-list-unreadable`.
 */
export function parseDockvizJson(text: string): readonly DockvizImage[] {
  const fault = (reason: ListReason, ...named: (string | number)[]): Error =>
    problem('image-list-unreadable', reasonFacts(reason, named));
  let list: unknown;
  try {
    list = parseBoundedJson(text);
  } catch (cause) {
    throw problem(
      'image-list-unreadable',
      { reason: isBeyondBounds(cause) ? 'json-bound' : 'json' },
      { cause },
    );
  }
  if (list === null) return [];
  if (!Array.isArray(list)) throw fault('no-list');
  return list.map((value: unknown, i) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('no-object', i + 1);
    const members = membersOf(value);
    const textOf = (name: Name): string => {
      const member = members[name] ?? '';
      if (typeof member !== 'string') throw fault('no-text', name, i + 1);
      return member;
    };
    const numberOf = (name: Name): number => {
      const member = members[name] ?? 0;
      if (!Number.isInteger(member)) throw fault('no-number', name, i + 1);
      return member as number;
    };
    const tags: unknown = members.RepoTags ?? [];
    if (!Array.isArray(tags) || !tags.every((tag): tag is string => typeof tag === 'string'))
      throw fault('no-texts', 'RepoTags', i + 1);
    const id = textOf('Id');
    return {
      id,
      shownId: id,
      parentId: textOf('ParentId'),
      repoTags: tags,
      virtualSize: numberOf('VirtualSize'),
      size: numberOf('Size'),
      created: numberOf('Created'),
      createdBy: '',
    };
  });
}

/** The JSON that dockviz reads on its standard input: what came from {@link parseDockvizJson} comes out equal. */
export function dockvizJson(images: readonly DockvizImage[]): readonly Readonly<Record<Name, unknown>>[] {
  return images.map(({ created, id, parentId, repoTags, size, virtualSize }) => ({
    Created: created,
    Id: id,
    ParentId: parentId,
    RepoTags: repoTags.length > 0 ? repoTags : [noName],
    Size: size,
    VirtualSize: virtualSize,
  }));
}
