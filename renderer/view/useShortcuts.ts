import { useEffect } from 'react';
import { appState, useBridge } from '../store/hooks';
import { commandsFor, runCommand } from './commands/commands';
import { isChord, isTyping } from './keys';

/** Runs commands by their keys anywhere in the window, and those that the native menu asks for. */
export function useShortcuts(): void {
  const bridge = useBridge();
  useEffect(() => {
    // What a key does where the focus is may be all that it was pressed for: the state as it was before.
    let before = appState();
    const first = (): void => {
      before = appState();
    };
    const down = (event: KeyboardEvent): void => {
      const { dialog, paletteOpen, start } = appState();
      if (event.defaultPrevented || event.isComposing || dialog !== null || paletteOpen || !start) return;
      const command = commandsFor().find(({ chord }) => chord && isChord(event, chord));
      if (!command?.chord) return;
      // Fields keep their own keys: letters, copy, undo.
      if (isTyping(event.target) && (!command.chord.ctrl || ['a', 'c', 'z'].includes(command.chord.key))) {
        if (command.chord.key !== 'F6') return;
      }
      // Copying selected text is not copying an ID.
      if (command.id === 'copyId' && String(getSelection() ?? '') !== '') return;
      event.preventDefault();
      // Esc goes one step back at a time: who has just left a selection does not close the place with it.
      if (['place.close', 'notice.dismiss'].includes(command.id) && before !== appState()) return;
      // Whoever cannot undo is told so: he would else think that he has.
      if (command.disabledReason === null || command.id === 'undo') command.run();
    };
    window.addEventListener('keydown', first, true);
    window.addEventListener('keydown', down);
    const stop = bridge.on['menu.action'](({ action }) => void runCommand(action));
    return () => {
      window.removeEventListener('keydown', first, true);
      window.removeEventListener('keydown', down);
      stop();
    };
  }, [bridge]);
}
