import type { LayoutInput, LayoutJob, LayoutName, LayoutOutput } from './layouts';

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const workerFile = 'layoutWorker.js';

/** Our worker's address, through the one Trusted Types policy that the page may make; it makes nothing else. */
function workerUrl(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return workerFile;
  const policy = types.createPolicy('stratigraph', {
    createScriptURL: (url) => {
      if (url !== workerFile) throw new TypeError('not our worker');
      return url;
    },
  });
  return policy.createScriptURL(workerFile);
}

let url: string | null = null;

/**
 * Runs one of the layouts in a worker. Only the latest request is answered: a layout that nobody waits for any more is
 * dropped, and while one runs the newest input waits alone.
 */
export class LayoutClient<N extends LayoutName> {
  private readonly worker: Worker;
  private last = 0;
  private running = false;
  private waiting: LayoutJob<N> | null = null;

  constructor(
    private readonly name: N,
    private readonly onLayout: (layout: LayoutOutput<N>, id: number) => void,
  ) {
    url ??= workerUrl();
    this.worker = new Worker(url);
    this.worker.onmessage = ({ data }: MessageEvent<{ id: number; layout: LayoutOutput<N> }>) => {
      this.running = false;
      const next = this.waiting;
      this.waiting = null;
      if (next) this.send(next);
      else if (data.id === this.last) this.onLayout(data.layout, data.id);
    };
  }

  /** Asks for a layout; gives the number that comes back with it. */
  request(input: LayoutInput<N>): number {
    const job = { id: ++this.last, name: this.name, input };
    if (this.running) this.waiting = job;
    else this.send(job);
    return job.id;
  }

  /** Ends the worker. */
  close(): void {
    this.worker.terminate();
  }

  private send(job: LayoutJob<N>): void {
    this.running = true;
    this.worker.postMessage(job);
  }
}
