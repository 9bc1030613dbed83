import type { ImageStore } from '../store/contentStore';
import type { WorkerPool } from '../worker/jobs';
import type { OperationProgress } from '../../shared/ipc/operation';

/** What every use case needs; made once by the command line or the main process. */
export interface ActionContext {
  readonly store: ImageStore;
  readonly pool: WorkerPool;
}

/** How a long use case reports and is stopped. */
export interface Run {
  readonly signal: AbortSignal;
  /** Progress without rate and time left: those are worked out by the operation (see `progressMeter.ts`). */
  readonly report: (step: Pick<OperationProgress, 'phase' | 'done' | 'total' | 'layer' | 'layers'>) => void;
}
