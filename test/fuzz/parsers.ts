import { archiveParsers } from './archiveParsers';
import { documentParsers } from './documentParsers';
import type { FuzzedParser } from './fuzzed';
import { textParsers } from './textParsers';

/** Every parser of bytes that come from somewhere else. */
export const parsers: readonly FuzzedParser[] = [...archiveParsers, ...documentParsers, ...textParsers];
