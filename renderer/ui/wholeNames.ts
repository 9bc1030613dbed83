import { createContext } from 'react';

/** Whether names stand in full here, in as many lines as they take: what a dialog is about must not look like something else. */
export const WholeNames = createContext(false);
