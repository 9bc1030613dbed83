import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

/** One image cannot say how the layers of another were made: each is told by its own history, whichever came first. */

const secret = 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYX\n';
const layers = [
  { files: [{ path: 'key.env', content: secret }] },
  { files: [{ path: 'b', content: noise(2000) }] },
];
const made = (by: string): NonNullable<ImageSpec['history']> =>
  layers.map((_, i) => ({ created_by: `RUN ${by} ${i}` }));
const honest: ImageSpec = { names: ['honest:1'], layers, history: made('honest') };
const liar: ImageSpec = { names: ['liar:1'], layers, history: made('liar') };

test.each([
  [honest, liar],
  [liar, honest],
])('whichever image is loaded first', async (...specs) => {
  const store = await temporaryFolder();
  for (const spec of specs)
    await callCommand(store, ['load', '-q', '-i', await temporaryFile(ociArchive([spec]))]);
  for (const [name, other] of [
    ['honest', 'liar'],
    ['liar', 'honest'],
  ] as const) {
    for (const words of [
      ['analyze', `${name}:1`],
      ['secrets', `${name}:1`],
      ['rmi', '-n', `${name}:1`],
      ['history', `${name}:1`],
    ]) {
      const { out, err } = await callCommand(store, ['--json', ...words]);
      expect(out, `${words.join(' ')} ${err}`).toContain(`RUN ${name} 0`);
      expect(out, words.join(' ')).not.toContain(`RUN ${other}`);
    }
    const { out } = await callCommand(store, ['--json', 'diff', `${name}:1`, `${other}:1`]);
    expect(out).not.toContain(`RUN ${other} 0`);
  }
  expect(buildImage(honest).id).not.toBe(buildImage(liar).id);
});
