// What a table of Grafana shows: `node table.cjs` reads {panel, results} and prints each column's
// title, texts and links. Transformations, units, value mappings and links are those of
// @grafana/data; frames are made as the Prometheus data source makes them for the format "table".
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<!doctype html>", { url: "http://localhost/" });
window.matchMedia = () => ({ matches: false, addListener() {}, addEventListener() {} });
const globals = ["document", "navigator", "localStorage", "location", "HTMLElement", "Element", "Node"];
for (const name of globals) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
}
globalThis.window = window;

const data = require("@grafana/data");
const { lastValueFrom } = require("rxjs");

const known = new Map(Object.values(data.standardTransformers).map((each) => [each.id, each]));
data.standardTransformersRegistry.setInit(() =>
  [...known.values()].map((each) => ({ id: each.id, name: each.name, transformation: async () => each })),
);

function option(id, process) {
  return { id, path: id, name: id, process, shouldApply: () => true, settings: {} };
}
const options = new data.FieldConfigOptionsRegistry(() => [
  option("unit", data.unitOverrideProcessor),
  option("decimals", data.numberOverrideProcessor),
  option("mappings", data.valueMappingsOverrideProcessor),
  option("links", data.dataLinksOverrideProcessor),
  option("thresholds", data.thresholdsOverrideProcessor),
  option("noValue", data.stringOverrideProcessor),
  option("color", data.identityOverrideProcessor),
]);

function frame(panel, series, number) {
  const { refId } = panel.targets[number];
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.metric)))].sort();
  const name = panel.targets.length > 1 ? `Value #${refId}` : "Value";
  return data.toDataFrame({
    refId,
    fields: [
      { name: "Time", type: data.FieldType.time, values: series.map(() => 0) },
      ...labels.map((label) => ({
        name: label,
        type: data.FieldType.string,
        values: series.map((each) => each.metric[label] ?? ""),
      })),
      { name, type: data.FieldType.number, values: series.map((each) => each.value) },
    ],
  });
}

function filled(text, variables) {
  const cell = variables?.__dataContext?.value;
  return text.replace(/\$\{__value\.(raw|text)\}/g, (_, what) => {
    const value = cell.field.values[cell.rowIndex];
    return what === "raw" ? value : data.formattedValueToString(cell.field.display(value));
  });
}

async function main() {
  const { panel, results } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
  const frames = results.map((series, number) => frame(panel, series, number));
  const made = data.transformDataFrame(panel.transformations, frames, { interpolate: (text) => text });
  const [table] = data.applyFieldOverrides({
    data: await lastValueFrom(made),
    fieldConfig: panel.fieldConfig,
    replaceVariables: filled,
    theme: data.createTheme(),
    timeZone: "utc",
    fieldConfigRegistry: options,
  });
  const columns = table.fields.map((field) => ({
    title: data.getFieldDisplayName(field, table),
    texts: [...field.values].map((value) => data.formattedValueToString(field.display(value))),
    colors: [...field.values].map((value) => field.display(value).color),
    links: [...field.values].map((_, row) => field.getLinks({ valueRowIndex: row }).map((link) => link.href)),
  }));
  console.log(JSON.stringify(columns));
}

main();
