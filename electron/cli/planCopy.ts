import { nameMoves } from '../../shared/graph/nameMoves';
import { home } from '../../shared/ipc/placeKinds';
import type { MovedFrom } from '../../shared/ipc/operation';
import { translator } from '../../shared/text/catalogue';
import { planArchive, planSave, type SavePlan } from '../actions/copy/planArchive';
import { heldBlobs } from '../actions/copy/heldBlobs';
import type { ActionContext } from '../actions/ground/context';
import type { GiveRequest, Place, Tools } from '../place/place';
import { jsonText } from './columns';
import type { Session } from './command';
import { noteMoves } from './noteMoved';
import { printListed } from './printListed';

/** What a copy to the store or to an engine would send. */
export type CopyPlan = SavePlan & { readonly movedFrom: MovedFrom };

/** What is known of the one that takes: its images, and the store that it is; of a store that is not there nothing. */
export interface Taker {
  readonly place: Place | null;
  readonly store: ActionContext | null;
}

/** What would travel of `from` as a store: an engine takes an archive whole, or nothing where it has all of it; a store the layers that it has not. */
async function planFrom(
  from: ActionContext,
  { place, store }: Taker,
  request: GiveRequest,
): Promise<CopyPlan> {
  const isStore = place === null || place.id === home;
  const format = isStore ? 'oci-archive' : 'docker-archive';
  const asked = { ...request, format, ...(store && { held: await heldBlobs(store) }) } as const;
  const plan = await planSave(from, asked);
  const { images } = await planArchive(from, asked);
  const there = place === null ? [] : (await place.view()).graph.images;
  const going = images.map(({ id, names, manifest }) => ({ id, names, manifests: [manifest] }));
  const movedFrom = nameMoves(going, there).map(({ name, holder }) => ({ name, images: [holder.id] }));
  const known = new Set<string>(there.map(({ id }) => id));
  const moves = { movedFrom, ...(movedFrom.length > 0 && { movedNames: movedFrom.map(({ name }) => name) }) };
  if (isStore || !images.every(({ id }) => known.has(id))) return { ...plan, ...moves };
  const { layers, bytes } = plan;
  return { ...plan, layers: 0, bytes: 0, leftOut: { layers, bytes }, ...moves };
}

/**
 * Says what a copy to the store or to an engine would send, and which names would move there; nothing is changed. What an engine gives goes through a
 * temporary folder. Quiet it prints the images alone. Answers the plan. Throws as the copy would before anything is sent.
 */
export async function planCopy(
  session: Session,
  {
    tools,
    from,
    to,
    isQuiet,
  }: { readonly tools: Tools; readonly from: Place; readonly to: Taker; readonly isQuiet: boolean },
  request: GiveRequest,
): Promise<CopyPlan> {
  const run = session.run(request.what[0] ?? '');
  const plan = await from.give.lend(tools, request, run, (context) => planFrom(context, to, request));
  session.endProgress();
  const t = translator(session.language);
  if (!isQuiet) noteMoves(session, plan.movedFrom);
  const { bytes, layers, leftOut } = plan;
  if (session.json) session.out(jsonText(plan));
  else if (isQuiet) printListed(session, plan);
  else
    session.out(`${t('cli.wouldSend', { bytes, layers, left: leftOut.layers, leftBytes: leftOut.bytes })}\n`);
  return plan;
}
