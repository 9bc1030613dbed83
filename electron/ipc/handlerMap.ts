import type { CheckedInput, RequestName, RequestOutput } from '../../shared/ipc/contract';

/** The page that calls: Electron's ID of its web contents. */
export interface Caller {
  readonly id: number;
}

/** The main process's half of the contract: one function a request, derived from the map. A missing one does not compile. */
export type Handlers = {
  readonly [N in RequestName]: (
    input: CheckedInput<N>,
    caller: Caller,
  ) => Promise<RequestOutput<N>> | RequestOutput<N>;
};
