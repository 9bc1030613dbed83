/** Messages of one area, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const app = {
  'app.name': ['Stratigraph', 'Stratigraph'],
} as const;
