import { parseBoundedJson } from '../../shared/image/jsonScan';
import { eventLine } from './answers';
import { EngineRefusal } from './connection';
import { refusedProblem, type Engine } from './engine';

/** Longest line of the stream that is kept; what is longer is no event. */
const lineLimit = 256 << 10;
/** Changes of images, and of the containers that use them. */
const filters = JSON.stringify({ type: ['image', 'container'] });
/** What containers do all the time and what changes nothing that is shown. */
const idle =
  /^(?:exec_|top|attach|resize|export|archive-path|extract-to-dir|health_status|mount|unmount|cleanup|init|save)/;

/**
 * Follows an engine's events until the connection ends; calls `changed` for each that may change what the graph shows.
 * `began` is called when the engine has begun to answer: from then on nothing is missed. Throws what ended it.
 */
export async function followEvents(
  engine: Engine,
  { began, changed, signal }: { began: () => void; changed: () => void; signal: AbortSignal },
): Promise<never> {
  const { connection } = engine;
  // An engine may send nothing, not even headers, before the first event.
  const request = { path: '/events', query: { filters }, signal, patience: null };
  try {
    const opening = connection.stream(request);
    began();
    const answer = await opening;
    // Between the two nobody listened.
    changed();
    let rest = '';
    for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineLimit) throw connection.invalid(request, 'line', lineLimit);
      if (lines.some(matters)) changed();
    }
  } catch (thrown) {
    if (thrown instanceof EngineRefusal) throw refusedProblem(engine, thrown);
    throw connection.problemOf(thrown, request);
  }
  throw connection.problemOf(new Error('the stream ended'), request);
}

function matters(line: string): boolean {
  if (line.trim() === '') return false;
  try {
    const event = eventLine.safeParse(parseBoundedJson(line));
    return event.success && !idle.test(event.data.Action || event.data.status);
  } catch {
    // Not JSON: whatever it is, looking again does no harm.
    return true;
  }
}
