import type { DashboardResource, Link } from '@perses-dev/core';
import type { CellSettings, ColumnSettings, TableOptions } from '@perses-dev/table-plugin/lib/table-model';
import type { StatChartOptions } from '@perses-dev/stat-chart-plugin/lib/stat-chart-model';
import type { TimeSeriesChartOptions } from '@perses-dev/timeseries-chart-plugin/lib/time-series-chart-model';
import type { Plain } from './plain';

// Keys that the published packages do not have yet: table/schemas/table.cue of perses/plugins, and
// `links` of the custom resource definition, both of August 2026.
type Column = ColumnSettings & {
  cellSettings?: CellSettings[];
  dataLink?: { url: string; title?: string; openNewTab: boolean };
};
type Table = Omit<TableOptions, 'columnSettings'> & {
  columnSettings?: Column[];
  enableSorting?: boolean;
};
type Resource = Omit<DashboardResource, 'spec' | 'metadata'> & {
  metadata: { name: string; project: string; tags?: string[] };
  spec: DashboardResource['spec'] & { links?: Link[] };
};

export type Checked = {
  dashboard: Plain<Resource>;
  StatChart: { options: Plain<StatChartOptions>; custom: undefined };
  Table: { options: Plain<Table>; custom: undefined };
  TimeSeriesChart: { options: Plain<TimeSeriesChartOptions>; custom: undefined };
};
