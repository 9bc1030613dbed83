import { RecentStores } from '../../electron/ipc/recentStores';
import { SettingsFile } from '../../electron/ipc/settingsFile';
import type { Settings } from '../../shared/ipc/settings';

/** A process that changes its own settings of a profile again and again, and opens stores: `profileChurn SETTINGS STORES JSON ROUNDS`. */
const [, , settings = '', stores = '', changes = '[]', rounds = '1'] = process.argv;
const each = JSON.parse(changes) as readonly (Partial<Settings> & { readonly store: string })[];
const file = new SettingsFile(settings);
const recent = new RecentStores(stores);
async function churn(): Promise<void> {
  for (let round = 0; round < Number(rounds); round++)
    for (const { store, ...change } of each) {
      file.changeSettings(change);
      await Promise.all([file.flush(), recent.add(store)]);
    }
}
void churn();
