// What the scripts say: plain lines, and a sentence before an end.

/** Prints a line. */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Prints why it ends, and ends. */
export function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
