/** Messages of one area, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const operation = {} as const;
