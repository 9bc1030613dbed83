import type {
  EventName,
  EventPayload,
  PickedFiles,
  RequestInput,
  RequestName,
  RequestOutput,
} from './contract';
import type { Reply } from './reply';

/** What the preload puts at `window.stratigraph`: one function a request, `on` for events, and `registerFiles` for drops. */
export interface Bridge {
  /** One function a request, keyed by its name in the contract. */
  readonly request: {
    readonly [N in RequestName]: (input: RequestInput<N>) => Promise<Reply<RequestOutput<N>>>;
  };
  /** One function an event; each returns a function that stops listening. */
  readonly on: {
    readonly [N in EventName]: (listener: (payload: EventPayload<N>) => void) => () => void;
  };
  /** Turns dropped files into tokens; the paths go from preload to main and are never seen here. */
  registerFiles(files: readonly File[]): Promise<Reply<PickedFiles>>;
}
