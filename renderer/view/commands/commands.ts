import { translator, type Translate } from '../../../shared/text/catalogue';
import { appState, currentActions } from '../../store/hooks';
import type { Selection } from '../../store/state';
import { keyText } from '../keys';
import type { Command, Spec } from './command';
import { selectionCommands } from './imageCommands';
import { listCommands, sourceCommands } from './placeCommands';
import { storeCommands } from './storeCommands';
import { exportCommands, viewCommands } from './viewCommands';
import { appearanceCommands, windowCommands } from './windowCommands';

/** Every command as it is now, for a selection other than the current one if told. */
export function commandsFor(selection?: Selection): readonly Command[] {
  const state = appState();
  const t = translator(state.language);
  const specs = specsIn(t, selection ?? state.selection);
  const english = state.language === 'en' ? specs : specsIn(translator('en'), selection ?? state.selection);
  return specs.map((spec, i) => ({
    danger: false,
    takesAway: spec.danger ?? false,
    disabledReason: null,
    icon: undefined,
    chord: undefined,
    ...spec,
    english: english[i]?.label ?? spec.label,
    shortcut: spec.chord && keyText(spec.chord, t),
  }));
}

function specsIn(t: Translate, selection: Selection): readonly Spec[] {
  const state = appState();
  const act = currentActions();
  return [
    ...selectionCommands(state, selection, t, act),
    ...storeCommands(state, t, act),
    ...windowCommands(state, t, act),
    ...viewCommands(state, t, act),
    ...appearanceCommands(state, t, act),
    ...exportCommands(state, t),
    ...listCommands(state, t, act),
    ...sourceCommands(state, t, act),
  ];
}

/** Runs a command by its ID if it can be used now. */
export function runCommand(id: string): boolean {
  const command = commandsFor().find((other) => other.id === id);
  if (!command || command.disabledReason !== null) return false;
  command.run();
  return true;
}
