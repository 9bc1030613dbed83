import type { Bridge } from '../shared/ipc/bridge';

declare global {
  interface Window {
    /** Put there by the preload; see `shared/ipc/bridge.ts`. */
    readonly stratigraph: Bridge;
  }
}

/** The bridge to the main process. The only place that touches the global. */
export const bridge: Bridge = window.stratigraph;
