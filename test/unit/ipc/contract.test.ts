import { describe, expect, it } from 'vitest';
import { requests } from '../../../shared/ipc/contract';
import { eventNames, requestNames } from '../../../shared/ipc/names';
import { events } from '../../../shared/ipc/contract';
import { listBounds, textBounds } from '../../../shared/ipc/textBounds';
import { tooLong } from '../../../renderer/view/fieldRoom';
import { translator } from '../../../shared/text/catalogue';

const id = `sha256:${'a'.repeat(64)}`;
const shown = { images: [{ id, names: ['a:1'] }], untagged: [] };
const mount = `mount-${'0'.repeat(12)}`;
const terminal = `term-${'0'.repeat(16)}`;
/** A valid input of each request, as a base for breaking it. */
const valid: Record<keyof typeof requests, unknown> = {
  'app.start': {},
  'settings.change': { theme: 'dark' },
  'store.graph': {},
  'graph.piece': { token: 'graph-1', piece: 1 },
  'sources.list': {},
  'sources.check': {},
  'source.graph': { source: `engine-${'0'.repeat(16)}` },
  'source.copyIn': { source: `engine-${'0'.repeat(16)}`, images: [id] },
  'store.open': { recent: null },
  'store.offered': {},
  'sources.add': { what: { address: 'tcp://127.0.0.1:9' } },
  'sources.remove': { source: 'store' },
  'source.open': { source: 'store' },
  'source.close': { source: `opened-${'0'.repeat(16)}` },
  'archive.look': { file: `file-${'0'.repeat(32)}` },
  'source.copyOut': { source: `engine-${'0'.repeat(16)}`, images: [id] },
  'image.inspect': { image: id },
  'layer.inspect': { layer: id },
  'image.tag': { image: id, reference: 'a:1' },
  'image.untag': { image: id, name: 'a:1' },
  'image.rename': { image: id, from: 'a:1', to: 'a:2' },
  'images.together': { images: [id] },
  'images.previewRemoval': { images: [id], names: [] },
  'images.remove': { images: [id], names: ['a:1'], shown },
  'images.previewPrune': {},
  'images.prune': { shown },
  'archive.choose': { directory: false },
  'archive.load': { file: `file-${'0'.repeat(32)}` },
  'archive.save': { what: [id], format: 'docker-archive' },
  'archive.previewSave': { what: ['a:1'], format: 'oci-archive' },
  'samples.load': {},
  'operation.cancel': { operation: `op-${'0'.repeat(16)}` },
  'operation.dismiss': { operation: `op-${'0'.repeat(16)}` },
  'file.show': { file: `file-${'0'.repeat(32)}` },
  'cleanup.list': {},
  'cleanup.start': { images: [id], unpacked: true, interrupted: false, shown },
  'cleanup.undo': { trash: 'a0'.repeat(16) },
  'cleanup.collect': { trash: ['a0'.repeat(16)] },
  'view.write': { name: 'graph', format: 'svg', bytes: new Uint8Array(3) },
  'clipboard.write': { text: 'x' },
  'window.control': { action: 'minimize' },
  'mount.support': {},
  'mount.list': {},
  'mount.create': { image: id },
  'mount.remove': { mount },
  'tree.show': { tree: { mount } },
  'tree.list': { tree: { workspace: 'fix' }, path: 'etc' },
  'tree.copyOut': { tree: { mount }, path: 'etc/passwd' },
  'workspace.list': {},
  'workspace.create': { image: id, name: null },
  'workspace.rename': { name: 'fix', to: 'fix-2' },
  'workspace.remove': { name: 'fix', listed: 'a0'.repeat(20) },
  'workspace.mount': { name: 'fix' },
  'workspace.unmount': { name: 'fix' },
  'workspace.changes': { name: 'fix', known: null },
  'workspace.contents': { name: 'fix', path: 'etc/hosts' },
  'workspace.commit': {
    name: 'fix',
    reference: 'a:1',
    author: '',
    message: '',
    changes: ['USER 1'],
    paths: null,
    listed: 'a0'.repeat(20),
  },
  'squash.preview': { image: id, from: null },
  'secrets.find': { image: id },
  'secrets.stop': { image: id },
  'rewrite.preview': { image: id, paths: ['etc/key'] },
  'rewrite.stop': { image: id, paths: ['etc/key'] },
  'rewrite.start': { image: id, paths: ['etc/key'], reference: null },
  'rootfs.import': { file: `file-${'0'.repeat(32)}`, reference: 'a:1', message: '', changes: ['USER app'] },
  'squash.start': { image: id, from: id, reference: null },
  'rootfs.export': { what: { workspace: 'fix' } },
  'terminal.open': {
    tree: { image: id },
    kind: 'run',
    command: ['sh'],
    network: false,
    columns: 80,
    rows: 24,
  },
  'terminal.write': { terminal, data: 'ls' },
  'terminal.shown': { terminal, characters: 5 },
  'terminal.resize': { terminal, columns: 80, rows: 24 },
  'terminal.paste': { terminal },
  'terminal.program': { terminal },
  'terminal.close': { terminal },
  'guide.start': {},
  'guide.go': { step: 2 },
  'guide.end': {},
  'layer.tree': { layer: id, path: 'usr/lib', offset: 0 },
  'layer.stop': { layer: id },
  'compare.files': { first: id, second: id, kind: 'all', text: '', offset: 0 },
  'compare.contents': { first: id, second: id, path: 'etc/hosts' },
  'compare.stop': { first: id, second: id },
  'compare.read': { first: id, second: id },
  'duplicates.list': {},
  'duplicates.find': {},
};

const hostile: readonly unknown[] = [
  undefined,
  null,
  0,
  NaN,
  Infinity,
  -1,
  2 ** 53,
  'text',
  [],
  [[[[]]]],
  new ArrayBuffer(8),
  () => undefined,
  new Map(),
  JSON.parse('{"__proto__":{"image":"x"}}'),
  { constructor: { prototype: {} } },
];

const freeTexts = new Set([
  ...['text', 'reference', 'name', 'from', 'to', 'path', 'known', 'author', 'message', 'data', 'recent'],
]);
const nullable = new Set(['listed', 'name', 'known', 'reference', 'paths', 'command', 'from', 'recent']);
const lists = new Set(['images', 'names', 'changes', 'paths', 'command', 'trash']);

describe('the contract', () => {
  it('lists every request and event for the preload', () => {
    expect([...requestNames].sort()).toEqual(Object.keys(requests).sort());
    expect([...eventNames].sort()).toEqual(Object.keys(events).sort());
  });

  it.each(requestNames)('%s takes what it describes and refuses an extra member', (name) => {
    const { input } = requests[name];
    expect(input.safeParse(valid[name]).success).toBe(true);
    expect(input.safeParse({ ...(valid[name] as object), extra: 1 }).success).toBe(false);
  });

  it.each(requestNames)('%s refuses every hostile value, as a whole and in each member', (name) => {
    const { input } = requests[name];
    for (const value of hostile) {
      const whole = input.safeParse(value);
      // A request without members takes an object without members, whatever made it.
      if (whole.success) expect(Object.keys(whole.data).filter((key) => key !== 'source')).toEqual([]);
      for (const key of Object.keys(valid[name] as object)) {
        if (value === undefined && name === 'settings.change') continue;
        // What a member may be: free text, nothing, an empty list, a number within its bounds.
        if (freeTexts.has(key) && typeof value === 'string') continue;
        if (nullable.has(key) && value === null) continue;
        if (lists.has(key) && Array.isArray(value) && value.length === 0) continue;
        if ((key === 'step' || key === 'offset') && value === 0) continue;
        const broken = input.safeParse({ ...(valid[name] as object), [key]: value });
        expect(broken.success, `${name} ${key} ${String(value)}`).toBe(false);
      }
    }
  });

  it('bounds lists and texts', () => {
    expect(
      requests['images.remove'].input.safeParse({ images: Array(10_001).fill(id), names: [], shown }).success,
    ).toBe(false);
    expect(requests['image.tag'].input.safeParse({ image: id, reference: 'a'.repeat(513) }).success).toBe(
      false,
    );
    expect(requests['image.tag'].input.safeParse({ image: id, reference: 'a\0' }).success).toBe(false);
    expect(requests['image.tag'].input.safeParse({ image: id.toUpperCase(), reference: 'a' }).success).toBe(
      false,
    );
    expect(requests['image.tag'].input.safeParse({ image: '../../etc/passwd', reference: 'a' }).success).toBe(
      false,
    );
  });
});

describe('a text that a person types', () => {
  const accepts = (name: keyof typeof requests, change: object): boolean =>
    requests[name].input.safeParse({ ...(valid[name] as object), ...change }).success;
  const cases: readonly (readonly [string, number, (text: string) => boolean])[] = [
    ['author', textBounds.author, (author) => accepts('workspace.commit', { author })],
    ['message', textBounds.message, (message) => accepts('workspace.commit', { message })],
    ['change', textBounds.configChange, (text) => accepts('workspace.commit', { changes: [text] })],
    ['word', textBounds.word, (text) => accepts('terminal.open', { command: [text] })],
    ['search', textBounds.search, (text) => accepts('compare.files', { text })],
  ];

  it.each(cases)(
    '(%s) is refused beside its field where the request is, and nowhere else',
    (_, most, takes) => {
      for (const length of [0, most - 1, most, most + 1, 2 * most]) {
        const text = 'x'.repeat(length);
        for (const language of ['en', 'zh-CN'] as const)
          expect(tooLong(translator(language), text, most) === null).toBe(takes(text));
      }
    },
  );

  it('comes in no more pieces than a request takes', () => {
    const many = (count: number): readonly string[] => Array.from({ length: count }, () => 'USER app');
    for (const more of [0, 1]) {
      expect(accepts('workspace.commit', { changes: many(listBounds.configChanges + more) })).toBe(
        more === 0,
      );
      expect(accepts('terminal.open', { command: many(listBounds.words + more) })).toBe(more === 0);
    }
  });
});
