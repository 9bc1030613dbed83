import { useEffect } from 'react';
import { appState, currentActions, useBridge } from '../store/hooks';
import { whyNotByKey } from './commands/command';
import { commandsFor, runCommand } from './commands/commands';
import { isChord, isTyping } from './keys';

/** Runs commands by their keys anywhere in the window, and those that the native menu asks for. */
export function useShortcuts(): void {
  const bridge = useBridge();
  useEffect(() => {
    const down = (event: KeyboardEvent): void => {
      const { dialog, paletteOpen, start, selection } = appState();
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
      // Whoever cannot undo is told so: he would else think that he has.
      if (command.disabledReason === null || command.id === 'undo') command.run();
      const why = whyNotByKey(command, selection);
      if (why !== null) currentActions().refuse(() => why);
    };
    window.addEventListener('keydown', down);
    const stop = bridge.on['menu.action'](({ action }) => void runCommand(action));
    return () => {
      window.removeEventListener('keydown', down);
      stop();
    };
  }, [bridge]);
}
