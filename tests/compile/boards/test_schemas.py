"""Dashboards against the types and the schema of Grafana and Perses."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from reliability.compile.boards.compilers import GRAFANA, PERSES, PERSES_RESOURCE
from tests.compile.boards.shop import boards_of, whole_shop
from tests.servers.generation import Unavailable
from tests.servers.programs import Said, run
from tests.servers.typescript import find_types

HERE: Final = Path(__file__).parent
Part = tuple[str, Any, Any]
"""Type of a panel, its options, and its settings of fields that only the type has."""


@pytest.fixture(scope="module")
def types() -> Path:
    """The folder of the npm packages with the types and the compiler."""
    match find_types():
        case Unavailable(_, reason):
            pytest.skip(f"types of Grafana and Perses are unavailable: {reason}")
        case Path() as folder:
            return folder


def grafana_parts(board: Any) -> Iterator[Part]:
    for panel in board["panels"]:
        if panel["type"] != "row":
            yield panel["type"], panel["options"], panel["fieldConfig"]["defaults"].get("custom")


def perses_parts(body: Any) -> Iterator[Part]:
    for panel in body["spec"]["panels"].values():
        plugin = panel["spec"]["plugin"]
        yield plugin["kind"], plugin["spec"], None


def compiled(
    types: Path, folder: Path, tool: str, boards: list[Any], parts: Callable[[Any], Iterator[Part]]
) -> Said:
    """What the compiler says of dashboards, each as a constant of its type."""
    for name in ("plain.ts", f"{tool}.ts"):
        (folder / name).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "node_modules").symlink_to(types / "node_modules")
    lines = [f"import type {{ Checked }} from './{tool}';"]
    for number, board in enumerate(boards):
        lines.append(f"export const board{number}: Checked['dashboard'] = {json.dumps(board)};")
        for place, (kind, options, custom) in enumerate(parts(board)):
            value = f"{{ options: {json.dumps(options)}, custom: {json.dumps(custom)} }}"
            value = value.replace("custom: null", "custom: undefined")
            lines.append(f"export const part{number}_{place}: Checked['{kind}'] = {value};")
    (folder / "boards.ts").write_text("\n".join(lines), encoding="utf-8")
    compiler = types / "node_modules" / "typescript" / "bin" / "tsc"
    options = ("--strict", "--noEmit", "--skipLibCheck", "--target", "es2022")
    modules = ("--module", "esnext", "--moduleResolution", "bundler", "--pretty", "false")
    return run(["node", compiler, *options, *modules, "boards.ts"], folder)


@pytest.mark.tools
def test_grafana_dashboards_have_the_types_of_grafana(types: Path, tmp_path: Path) -> None:
    said = compiled(types, tmp_path, "grafana", boards_of(GRAFANA, whole_shop()), grafana_parts)
    assert said.accepted, said.text


@pytest.mark.tools
def test_typescript_sees_a_wrong_key_and_a_wrong_value(types: Path, tmp_path: Path) -> None:
    [overview, service] = copy.deepcopy(boards_of(GRAFANA, whole_shop()))
    overview["panels"][1]["options"]["colorMode"] = "rainbow"
    overview["panels"][2]["grid"] = {"x": 1}
    service["templating"]["list"][0]["type"] = "source"
    said = compiled(types, tmp_path, "grafana", [overview, service], grafana_parts)
    assert '"rainbow"\' is not assignable' in said.text
    assert "'\"grid\"' does not exist" in said.text
    assert '"source"\' is not assignable' in said.text


@pytest.mark.tools
def test_perses_dashboards_have_the_types_of_perses(types: Path, tmp_path: Path) -> None:
    bodies = boards_of(PERSES, whole_shop())
    said = compiled(types, tmp_path, "perses", bodies, perses_parts)
    assert said.accepted, said.text

    bodies = copy.deepcopy(bodies)
    bodies[0]["spec"]["panels"]["panel0"]["spec"]["plugin"]["spec"]["calculation"] = "final"
    (tmp_path / "wrong").mkdir()
    said = compiled(types, tmp_path / "wrong", "perses", bodies, perses_parts)
    assert '"final"\' is not assignable' in said.text


PACKAGES: Final = {
    "perses/shared/cue/common": "common",
    "perses/plugins/prometheus/schemas/datasource": "datasource.cue",
}
NOT_PUBLISHED: Final = {
    "perses/spec/cue/datasource": "package datasource\n#HTTPDatasourceSpec: {...}\n",
    "perses/perses/cue/model/api/v1/common": "package common\n#Plugin: {kind: string, ...}\n",
}
"""Packages that the schemas import, and no dashboard uses."""


def vetted(types: Path, folder: Path, bodies: list[Any]) -> dict[str, str]:
    """What CUE finds wrong in the plugins of dashboards, by the kind of the plugin."""
    shutil.copytree(HERE / "cue", folder, dirs_exist_ok=True)
    modules = folder / "cue.mod" / "pkg" / "github.com"
    for name, source in PACKAGES.items():
        of_package = folder / source
        files = of_package.iterdir() if of_package.is_dir() else [of_package]
        (modules / name).mkdir(parents=True)
        for file in files:
            shutil.copy(file, modules / name)
    for name, text in NOT_PUBLISHED.items():
        (modules / name).mkdir(parents=True)
        (modules / name / "package.cue").write_text(text, encoding="utf-8")
    (folder / "cue.mod" / "module.cue").write_text('module: "example.com/check"\n')
    for number, plugin in enumerate(plugin for body in bodies for plugin in perses_plugins(body)):
        file = folder / "values" / plugin["kind"] / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(plugin), encoding="utf-8")
    (folder / "node_modules").symlink_to(types / "node_modules")
    said = run(["node", "vet.cjs"], folder)
    assert said.accepted, said.text
    found: dict[str, str] = json.loads(said.text)
    return found


def perses_plugins(body: Any) -> Iterator[Any]:
    for panel in body["spec"]["panels"].values():
        yield panel["spec"]["plugin"]
        for query in panel["spec"]["queries"]:
            yield query["spec"]["plugin"]
    for variable in body["spec"]["variables"]:
        yield variable["spec"]["plugin"]


@pytest.mark.tools
def test_perses_plugins_match_the_schemas_in_cue(types: Path, tmp_path: Path) -> None:
    bodies = boards_of(PERSES, whole_shop())
    assert vetted(types, tmp_path / "right", bodies) == {}

    wrong = copy.deepcopy(bodies)
    panels = wrong[0]["spec"]["panels"]
    panels["panel0"]["spec"]["plugin"]["spec"]["calculation"] = "final"
    panels["panel7"]["spec"]["plugin"]["spec"]["line"] = 1
    assert set(vetted(types, tmp_path / "wrong", wrong)) == {"StatChart", "TimeSeriesChart"}


def strict(schema: Any) -> Any:
    """The schema without keys that an API server would remove."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return made | ({"additionalProperties": False} if is_object else {})


def test_perses_resources_match_the_custom_resource_definition() -> None:
    text = (HERE / "persesdashboard-v1alpha2.json").read_text(encoding="utf-8")
    schema = strict(json.loads(text))
    validator = Draft202012Validator(schema)
    bodies = boards_of(PERSES_RESOURCE, whole_shop())
    assert [error.message for body in bodies for error in validator.iter_errors(body)] == []

    wrong = copy.deepcopy(bodies[0])
    wrong["spec"]["config"]["panel"] = wrong["spec"]["config"].pop("panels")
    assert len(list(validator.iter_errors(wrong))) == 2
