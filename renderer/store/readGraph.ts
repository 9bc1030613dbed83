import { GraphReader } from '../../shared/graph/graphPieces';
import type { FamilyColour } from '../../shared/graph/familyColours';
import type { GraphIndex } from '../../shared/graph/graphIndex';
import { indexSteps } from '../../shared/graph/indexGraph';
import type { ImageGraph } from '../../shared/graph/imageGraph';
import { isHome } from '../../shared/ipc/placeKinds';
import type { Reply } from '../../shared/ipc/reply';
import type { RequestInput, RequestName, RequestOutput } from '../../shared/ipc/contract';
import type { LeftOut, SourceId } from '../../shared/ipc/source';
import { Pauses } from './pauses';

type Ask = <N extends RequestName>(name: N, input: RequestInput<N>) => Promise<Reply<RequestOutput<N>>>;

/** A graph with its look-ups. */
export interface ReadGraph {
  readonly graph: ImageGraph;
  readonly index: GraphIndex;
  readonly leftOut: LeftOut | null;
}

/** How often a graph is begun again because a newer one took its place while it was read. */
const attempts = 5;

/**
 * Reads the graph of a source piece by piece and makes its look-ups, without holding the window for longer than a frame;
 * null when the revision is the known one. `colours`: those that families have in the window.
 */
export async function readGraph(
  ask: Ask,
  source: SourceId,
  known: string | undefined,
  colours?: ReadonlyMap<string, FamilyColour>,
): Promise<Reply<ReadGraph | null>> {
  const pauses = new Pauses();
  for (let attempt = 1; ; attempt++) {
    const offer: Reply<RequestOutput<'source.graph'>> = isHome(source)
      ? await ask('store.graph', {})
      : await ask('source.graph', { source });
    if (!offer.ok) return offer;
    const { revision, token, pieces, leftOut = null } = offer.value;
    if (revision === known) return { ok: true, value: null };
    const reader = new GraphReader();
    let piece = 1;
    // The next piece is on its way while one is read.
    let coming = ask('graph.piece', { token, piece });
    for (; piece <= pieces; piece++) {
      const reply = await coming;
      if (!reply.ok) return reply;
      if (reply.value === null) break;
      if (piece < pieces) coming = ask('graph.piece', { token, piece: piece + 1 });
      await pauses.take();
      reader.add(reply.value);
    }
    if (piece <= pieces && attempt < attempts) continue;
    const graph = reader.finish();
    const steps = indexSteps(graph, colours);
    let made = steps.next();
    for (; made.done !== true; made = steps.next()) await pauses.take();
    return { ok: true, value: { graph, index: made.value, leftOut } };
  }
}
