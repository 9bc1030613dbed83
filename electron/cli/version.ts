declare const STRATIGRAPH_VERSION: string | undefined;

/** Our version, which the build puts in. */
export const version = typeof STRATIGRAPH_VERSION === 'string' ? STRATIGRAPH_VERSION : '0.0.0';
