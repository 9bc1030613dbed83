import { closeSync, openSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { startRemotePool } from '../../../electron/namespace/remotePool';

/** A helper that does not come up for want of descriptors, threads or memory is the system's refusal, and no bug of ours. */
const held: number[] = [];
afterEach(() => {
  for (const fd of held.splice(0)) closeSync(fd);
});

/** Takes descriptors until there are none. */
function takeAll(): void {
  for (;;)
    try {
      held.push(openSync('/dev/null', 'r'));
    } catch {
      return;
    }
}

it('says of the helper that too many files are open', async () => {
  takeAll();
  expect(held.length).toBeGreaterThan(10);
  const thrown: unknown = await startRemotePool(['/bin/cat'], {}).catch((fault: unknown) => fault);
  for (const fd of held.splice(0)) closeSync(fd);
  expect(thrown).toMatchObject({ problem: { code: 'system-short', facts: { of: 'files' } } });
});

it('says of a helper that is aborted as it starts that it lacked something', async () => {
  const thrown: unknown = await startRemotePool(['/bin/sh', '-c', 'kill -ABRT $$'], {}).catch(
    (fault: unknown) => fault,
  );
  expect(thrown).toMatchObject({ problem: { code: 'system-short', facts: { of: 'any' } } });
});
