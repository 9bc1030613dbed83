import type { IconName } from '../../ui/Icon';
import type { Selection } from '../../store/state';
import type { Chord } from '../keys';

/** Something that can be done, as menus, the palette, shortcuts and the native menu offer it. */
export interface Command {
  /** Also the `action` of the native menu. */
  readonly id: string;
  readonly label: string;
  /** The label in English: what a search finds in any language. */
  readonly english: string;
  readonly icon: IconName | undefined;
  /** `selection`: works on what is selected; `view`: how things are shown; `app`: all else. */
  readonly group: 'selection' | 'view' | 'app';
  readonly chord: Chord | undefined;
  /** Keys as people read them. */
  readonly shortcut: string | undefined;
  readonly danger: boolean;
  /** Whether images or names are less after it: a search never chooses it by itself. */
  readonly takesAway: boolean;
  /** Why it cannot be used now. */
  readonly disabledReason: string | null;
  readonly run: () => void;
}

/** Why a key does nothing, to be said where something is selected that the person means by it; null where nothing is to be said. */
export function whyNotByKey(
  { group, disabledReason }: Pick<Command, 'group' | 'disabledReason'>,
  { images, layer }: Selection,
): string | null {
  return group === 'selection' && images.length + (layer === null ? 0 : 1) > 0 ? disabledReason : null;
}

/** A command as the files of this folder make it: what it leaves out is off. */
export interface Spec {
  readonly id: string;
  readonly label: string;
  readonly group: Command['group'];
  readonly run: () => void;
  readonly icon?: IconName;
  readonly chord?: Chord | undefined;
  readonly danger?: boolean;
  readonly takesAway?: boolean;
  readonly disabledReason?: string | null;
}

/** A key with Ctrl held. */
export const ctrl = (key: string, shift = false): Chord => ({ key, ctrl: true, shift });
/** A key alone. */
export const plain = (key: string): Chord => ({ key, ctrl: false, shift: false });
