/** Does some work and tells the browser's own tracing how long it took, under a name; keeps nothing. */
export function measured(name: string, work: () => void): void {
  const start = performance.now();
  work();
  performance.measure(name, { start });
  performance.clearMeasures(name);
}
