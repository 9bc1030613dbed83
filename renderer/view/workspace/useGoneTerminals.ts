import { useEffect } from 'react';
import { useApp } from '../../store/hooks';
import { forgetTerminals } from './terminalList';

/** Lets the terminals of mounts and workspaces go with them: another of the same name is none of theirs. */
export function useGoneTerminals(): void {
  const workspaces = useApp((state) => state.workspaces);
  const mounts = useApp((state) => state.mounts);
  useEffect(() => {
    forgetTerminals((tree) => {
      if ('workspace' in tree) return workspaces.every(({ name }) => name !== tree.workspace);
      return 'mount' in tree && mounts.every(({ id }) => id !== tree.mount);
    });
  }, [workspaces, mounts]);
}
