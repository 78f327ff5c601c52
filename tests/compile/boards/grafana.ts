import type { Dashboard, GraphFieldConfig, TableFieldOptions } from '@grafana/schema';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TableOptions } from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type { Options as LinesOptions } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Plain } from './plain';

export type Checked = {
  dashboard: Plain<Dashboard>;
  stat: { options: Plain<StatOptions>; custom: undefined };
  table: { options: Plain<TableOptions>; custom: Plain<Partial<TableFieldOptions>> };
  timeseries: { options: Plain<LinesOptions>; custom: Plain<GraphFieldConfig> };
};
