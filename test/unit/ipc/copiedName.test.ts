import fc from 'fast-check';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copiedName } from '../../../electron/ipc/copiedName';

test('a suggested name stays in its folder, is seen, and says what it is', () => {
  expect(copiedName('etc/app.conf')).toBe('app.conf');
  expect(copiedName('srv/镜像 1.txt')).toBe('镜像 1.txt');
  expect(copiedName('root/.bashrc')).toBe('bashrc');
  for (const path of ['', '..', 'a/..', 'a/.', '/', '.']) expect(copiedName(path)).toBe('copy');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (path) => {
      const name = copiedName(path);
      expect(join('/home/me', name)).toBe(`/home/me/${name}`);
      expect(name).not.toMatch(/^\.|[/\p{Cc}\p{Cf}]/u);
      expect(name.length).toBeGreaterThan(0);
    }),
  );
});
