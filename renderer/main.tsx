import { createRoot } from 'react-dom/client';
import './ui/ui.css';
import './chart/layers/chart.css';
import './chart/strata/strata.css';
import './view/shell/shell.css';
import './view/drag/drag.css';
import './view/graph/graph.css';
import './view/map/map.css';
import './view/overlap/overlap.css';
import './view/strata/strata.css';
import './view/table/table.css';
import './view/palette/palette.css';
import './view/inspector/inspector.css';
import './view/dialogs/dialogs.css';
import './view/workspace/workspace.css';
import './view/guide/guide.css';
import './view/compare/compare.css';
import './view/duplicates/duplicates.css';
import { bridge } from './bridge';
import { createApp } from './store/appStore';
import { provideApp } from './store/hooks';
import { beginClickRest } from './ui/clickRest';
import { App } from './view/App';

const app = createApp(bridge);
provideApp(app);
beginClickRest();
const root = document.getElementById('root');
if (root) {
  // The first frame has the person's theme and language already; the graph may still be on its way.
  const stop = app.store.subscribe(({ start, graphProblem }) => {
    if (start === null && graphProblem === null) return;
    stop();
    createRoot(root).render(<App />);
  });
  void app.actions.begin();
}
