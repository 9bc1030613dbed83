/** Paths that one rewrite takes out at the most. */
export const mostPaths = 1000;
