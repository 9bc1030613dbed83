import { z } from 'zod';
import { problem } from '../../shared/image/problem';
import { EngineRefusal } from './connection';
import { refusedProblem, type Engine } from './engine';

/** What is read of `GET /containers/{id}/json`. */
const containerAnswer = z.object({
  Name: z.string().catch(''),
  State: z.object({ Running: z.boolean().catch(false) }).catch({ Running: false }),
});

/**
 * Why an engine would not remove an image, in our words. Its own are recognised by what they name: a container by ID, or
 * images that were built on this one; everything else is passed on as `engine-refused`.
 */
export async function removalRefusal(engine: Engine, name: string, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof EngineRefusal)) return thrown;
  const { reason } = thrown;
  const container = /(?:container|used by) ([0-9a-f]{12,64})\b/.exec(reason)?.[1];
  if (container !== undefined) {
    const found = await engine.connection
      .json({ path: `/containers/${container}/json` }, containerAnswer)
      .catch(() => ({ Name: '', State: { Running: false } }));
    const active = found.State.Running || /running container/.test(reason);
    const called = found.Name.replace(/^\//, '').slice(0, 200);
    return problem(
      'engine-image-used',
      {
        engine: engine.name,
        name,
        containers: called === '' ? container.slice(0, 12) : called,
        active,
        force: engine.kind === 'docker' && !active,
      },
      { cause: thrown },
    );
  }
  if (/dependent child|image has child|is used as base|children/i.test(reason))
    return problem('engine-image-has-children', { engine: engine.name, name }, { cause: thrown });
  return refusedProblem(engine, thrown);
}
