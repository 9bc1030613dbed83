import type { ReactNode } from 'react';
import { useApp } from '../../store/hooks';
import { AboutDialog } from './AboutDialog';
import { CompareHomeDialog } from './CompareHomeDialog';
import { CopyMovesDialog } from './CopyMovesDialog';
import { CleanUpDialog } from './CleanUpDialog';
import { EngineDialog } from './EngineDialog';
import { RenameDialog, TagDialog } from './NameDialog';
import { ImportDialog } from './ImportDialog';
import { PreferencesDialog } from './PreferencesDialog';
import { RaiseLimitDialog } from './RaiseLimitDialog';
import { RawDialog } from './RawDialog';
import { PruneDialog, RemoveDialog } from './RemovalDialog';
import { RunDialog } from './RunDialog';
import { SaveDialog } from './SaveDialog';
import { ShortcutsDialog } from './ShortcutsDialog';
import { RewriteDialog } from './RewriteDialog';
import { SquashDialog } from './SquashDialog';
import { CloseTerminalDialog, CloseTerminalsDialog } from './TerminalDialogs';
import { RemoveWorkspaceDialog, RenameWorkspaceDialog, WorkspaceDialog } from './WorkspaceDialogs';

/** The dialog that is open, if one is. */
export function Dialogs(): ReactNode {
  const dialog = useApp((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'tag':
      return <TagDialog key={dialog.image} image={dialog.image} />;
    case 'rename':
      return <RenameDialog key={dialog.name} name={dialog.name} />;
    case 'remove':
      return <RemoveDialog {...dialog} />;
    case 'prune':
      return <PruneDialog {...dialog} />;
    case 'cleanup':
      return <CleanUpDialog {...dialog} />;
    case 'save':
      return <SaveDialog key={dialog.what.join()} what={dialog.what} />;
    case 'compareHome':
      return <CompareHomeDialog key={dialog.image} image={dialog.image} />;
    case 'copyMoves':
      return <CopyMovesDialog {...dialog} />;
    case 'workspace':
      return <WorkspaceDialog key={dialog.image} image={dialog.image} />;
    case 'renameWorkspace':
      return <RenameWorkspaceDialog key={dialog.name} name={dialog.name} />;
    case 'removeWorkspace':
      return <RemoveWorkspaceDialog {...dialog} />;
    case 'squash':
      return <SquashDialog key={dialog.image} {...dialog} />;
    case 'import':
      return <ImportDialog key={dialog.file} {...dialog} />;
    case 'rewrite':
      return <RewriteDialog key={dialog.image} {...dialog} />;
    case 'run':
      return <RunDialog tree={dialog.tree} />;
    case 'closeTerminal':
      return <CloseTerminalDialog {...dialog} />;
    case 'closeTerminals':
      return <CloseTerminalsDialog {...dialog} />;
    case 'raiseLimit':
      return <RaiseLimitDialog operation={dialog.operation} />;
    case 'raw':
      return <RawDialog title={dialog.title} text={dialog.text} />;
    case 'engine':
      return <EngineDialog />;
    case 'preferences':
      return <PreferencesDialog />;
    case 'shortcuts':
      return <ShortcutsDialog />;
    case 'about':
      return <AboutDialog />;
  }
}
