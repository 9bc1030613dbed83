import { afterEach, expect, it } from 'vitest';
import { startRemotePool } from '../../../electron/namespace/remotePool';
import { giveBackDescriptors, takeAllDescriptors } from '../../setup/descriptors';

/** A helper that does not come up for want of descriptors, threads or memory is the system's refusal, and no bug of ours. */
afterEach(() => giveBackDescriptors());

it('says of the helper that too many files are open', async () => {
  expect(takeAllDescriptors()).toBeGreaterThan(10);
  const thrown: unknown = await startRemotePool(['/bin/cat'], {}).catch((fault: unknown) => fault);
  giveBackDescriptors();
  expect(thrown).toMatchObject({ problem: { code: 'system-short', facts: { of: 'files' } } });
});

it('says of a helper that is aborted as it starts that it lacked something', async () => {
  const thrown: unknown = await startRemotePool(['/bin/sh', '-c', 'kill -ABRT $$'], {}).catch(
    (fault: unknown) => fault,
  );
  expect(thrown).toMatchObject({ problem: { code: 'system-short', facts: { of: 'any' } } });
});
