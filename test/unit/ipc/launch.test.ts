import { describe, expect, it } from 'vitest';
import { parseLaunch } from '../../../electron/launch';
import { savedFileName } from '../../../electron/ipc/savedFileName';

describe('arguments of a start', () => {
  it('are files, a store, and switches of Chromium that are passed over', () => {
    expect(parseLaunch(['--no-sandbox', 'a.tar', '--store', '/s', '--disable-gpu', 'b.tar'], {})).toEqual({
      files: ['a.tar', 'b.tar'],
      look: [],
      store: '/s',
    });
    expect(parseLaunch(['--store=/s', '--', '--odd.tar'], {})).toEqual({
      files: ['--odd.tar'],
      look: [],
      store: '/s',
    });
  });

  it('are archives and folders to look at where they lie', () => {
    expect(parseLaunch(['--look', 'a.tar', 'b.tar', '--look=layout'], {})).toEqual({
      files: ['b.tar'],
      look: ['a.tar', 'layout'],
      store: null,
    });
    expect(parseLaunch(['--look'], {}).look).toEqual([]);
  });

  it('take the store from the environment, unless one is named', () => {
    expect(parseLaunch([], { STRATIGRAPH_STORE: '/e' }).store).toBe('/e');
    expect(parseLaunch(['--store', '/s'], { STRATIGRAPH_STORE: '/e' }).store).toBe('/s');
    expect(parseLaunch([], { STRATIGRAPH_STORE: '' }).store).toBeNull();
  });
});

describe('the file name that a save suggests', () => {
  it.each([
    [['shop-api:1.6'], 'shop-api-1.6.tar'],
    [['127.0.0.1:5000/ns/multi:1.0', 'b', 'c'], '127.0.0.1-5000-ns-multi-1.0-and-2-more.tar'],
    [[`sha256:${'ab'.repeat(32)}`], 'abababababab.tar'],
    [['../../.bashrc'], 'bashrc.tar'],
    [[], 'images.tar'],
  ])('of %j is %s', (names, expected) => {
    expect(savedFileName(names)).toBe(expected);
  });
});
