import { expect, test } from 'vitest';
import { commandWords } from '../../../shared/text/commandWords';
import { toolCommands } from '../../../shared/text/toolCommands';

test.each([
  ['alpine:3.20', 'alpine:3.20', 'docker.io/library/alpine:3.20', 'alpine-3.20.tar'],
  ['rig/tiny', 'rig/tiny:latest', 'docker.io/rig/tiny:latest', 'tiny-latest.tar'],
  ['localhost:5000/a/b:1', 'localhost:5000/a/b:1', 'localhost:5000/a/b:1', 'b-1.tar'],
])('%s is fetched by each tool as it takes the name', (name, familiar, full, file) => {
  expect(toolCommands(name).map(({ line }) => commandWords(line))).toEqual([
    ['docker', 'pull', familiar],
    ['podman', 'pull', full],
    ['skopeo', 'copy', `docker://${full}`, `oci-archive:${file}`],
  ]);
});

test('what is no reference has none', () => {
  for (const name of ['', 'a b', 'UPPER', 'x; rm -rf /', "it's"]) expect(toolCommands(name)).toEqual([]);
});
