/** Most differences in one answer; apart from the schemas, which the window must not load: zod makes code at run time. */
export const differencePageLimit = 1000;
