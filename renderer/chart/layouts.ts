import { layoutLayers } from './layers/layout';
import { layoutStrata } from './strata/layout';

/** Every layout that the worker runs, by name. */
export const layouts = {
  layers: layoutLayers,
  strata: layoutStrata,
} as const;

export type LayoutName = keyof typeof layouts;
export type LayoutInput<N extends LayoutName> = Parameters<(typeof layouts)[N]>[0];
export type LayoutOutput<N extends LayoutName> = ReturnType<(typeof layouts)[N]>;

/** What the worker is asked for. */
export interface LayoutJob<N extends LayoutName = LayoutName> {
  readonly id: number;
  readonly name: N;
  readonly input: LayoutInput<N>;
}
