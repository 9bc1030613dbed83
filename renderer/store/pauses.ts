/** How long a loop may hold the window before it lets it draw, milliseconds. */
const hold = 10;

/** Lets long loops in the window pause, so that it goes on drawing and answering. Costs a look at the clock. */
export class Pauses {
  private since = performance.now();

  /** Gives the window a turn when this loop has had its share. */
  async take(): Promise<void> {
    if (performance.now() - this.since < hold) return;
    await new Promise<void>((resume) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resume();
      };
      port2.postMessage(null);
    });
    this.since = performance.now();
  }
}
