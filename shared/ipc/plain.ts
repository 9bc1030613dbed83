/** Readonly all the way down: what crosses between processes is a value, nobody changes it. */
export type Plain<T> = T extends string | number | boolean | null | undefined | Uint8Array
  ? T
  : T extends readonly (infer U)[]
    ? readonly Plain<U>[]
    : { readonly [K in keyof T]: Plain<T[K]> };
