import { cutGraph, type PiecedGraph } from '../../shared/graph/graphPieces';
import type { ImageGraph } from '../../shared/graph/imageGraph';
import { graphNodes } from '../../shared/ipc/schemas';
import { breathe } from '../store/breath';

/** Graphs that are kept for windows that are still reading them; older offers are forgotten. */
const kept = 4;

/** What a window needs to read a graph. */
export interface GraphOffer {
  readonly revision: string;
  readonly token: string;
  readonly pieces: number;
}

/** Hands graphs out piece by piece, each made and checked when it is asked for. */
export class GraphOffers {
  private count = 0;
  private readonly offers = new Map<string, { readonly graph: ImageGraph; readonly cut: PiecedGraph }>();

  /** Offers a graph; the same one is not cut twice. */
  async offer(graph: ImageGraph): Promise<GraphOffer> {
    for (const [token, { graph: known, cut }] of this.offers) {
      if (known === graph) return { revision: graph.revision, token, pieces: cut.count };
    }
    const steps = cutGraph(graph);
    let made = steps.next();
    for (; made.done !== true; made = steps.next()) await breathe();
    const token = `graph-${++this.count}`;
    this.offers.set(token, { graph, cut: made.value });
    const [oldest] = this.offers.keys();
    if (this.offers.size > kept && oldest !== undefined) this.offers.delete(oldest);
    return { revision: graph.revision, token, pieces: made.value.count };
  }

  /** A piece of an offered graph, counted from 1; null when the offer is gone. Throws when a node breaks the contract: a bug of ours. */
  piece(token: string, piece: number): string | null {
    const cut = this.offers.get(token)?.cut;
    if (!cut || piece > cut.count) return null;
    const checked = graphNodes.safeParse(cut.nodes(piece - 1));
    if (!checked.success) {
      const issue = checked.error.issues[0];
      throw new Error(`the graph breaks the contract at ${issue?.path.join('.')}: ${issue?.message}`);
    }
    return cut.text(piece - 1);
  }
}
