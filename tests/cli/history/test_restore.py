"""`history restore` beside a GitHub that has artifacts of runs: what is said and written."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.program import Ended, in_process
from tests.providers.served import served

HISTORY, SAMPLES = ".reliability/history", ".reliability/samples"
REPOSITORY = {"id": 1, "full_name": "acme/shop", "default_branch": "main"}


class Storage:
    """The runs of a schedule, newest last, with the names of their artifacts and two files each."""

    def __init__(self, runs: dict[int, tuple[str, ...]], workflow: str = "schedule.yml") -> None:
        self.runs, self.workflow = runs, workflow

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/repos/acme/shop")
        part = re.fullmatch(r"/actions/(?:runs|artifacts)/(\d+)/(?:artifacts|zip)", path)
        if path == "":
            return httpx.Response(200, json=REPOSITORY)
        if path == f"/actions/workflows/{self.workflow}/runs":
            return httpx.Response(200, json={"workflow_runs": [*map(self.run, self.runs)]})
        if path.startswith("/storage/"):
            return httpx.Response(200, content=archive(path.removeprefix("/storage/")))
        if part and path.endswith("/zip"):
            location = f"http://{request.headers['host']}/storage/{part[1]}"
            return httpx.Response(302, headers={"location": location})
        if part:
            names = enumerate(self.runs.get(int(part[1]), ()), 10 * int(part[1]))
            rows = [{"id": number, "name": name, "expired": False} for number, name in names]
            return httpx.Response(200, json={"artifacts": rows})
        return httpx.Response(404, json={"message": "Not Found"})

    @staticmethod
    def run(number: int) -> dict[str, Any]:
        run = {"id": number, "event": "schedule", "status": "completed", "head_branch": "main"}
        return {**run, "head_repository": {"id": 1}}


def archive(content: str) -> bytes:
    """A ZIP file with two files, whose content is the number of the artifact."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in ("a.parquet", "b/c.parquet"):
            zipped.writestr(name, content)
    return made.getvalue()


def restore(root: Path, storage: Storage, *options: str) -> Ended:
    with served(storage.answer) as url:
        return in_process(
            *("history", "restore", *options),
            folder=root,
            GITHUB_API_URL=url,
            GITHUB_REPOSITORY="acme/shop",
            GITHUB_TOKEN="token",
        )


def contents(root: Path, folder: str) -> dict[str, str]:
    files = (path for path in (root / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(root / folder)): path.read_text() for path in files}


def both(content: int) -> dict[str, str]:
    return dict.fromkeys(("a.parquet", "b/c.parquet"), str(content))


@pytest.mark.parametrize(
    ("options", "folder", "content"),
    [
        ((), HISTORY, 80),
        (("--samples",), SAMPLES, 71),
        (("--store", "kept"), "kept", 80),
        (("--store", "kept", "--samples"), SAMPLES, 71),
        (("--run", "6"), HISTORY, 60),
        (("--run", "5"), HISTORY, 80),
    ],
)
def test_the_artifact_of_the_newest_run_that_has_it_is_unpacked(
    tmp_path: Path, options: tuple[str, ...], folder: str, content: int
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "old.parquet").write_text("old")
    storage = Storage(
        {
            6: ("reliability-history",),
            7: ("reliability-history", "reliability-samples"),
            8: ("reliability-history",),
            9: ("other",),
        }
    )
    ended = restore(tmp_path, storage, *options)
    line = f"2 files of run {content // 10} in {folder}\n"
    assert (ended.code, ended.out, ended.err) == (0, line, "")
    assert contents(tmp_path, folder) == both(content)


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        (
            (),
            "history; set the variable RELIABILITY_SERVERS to true once a runner reaches your "
            "Prometheus",
        ),
        (
            ("--samples",),
            "samples; add the job that runs `history pull --rules` to its schedule",
        ),
    ],
)
def test_without_an_artifact_nothing_is_written(
    tmp_path: Path, options: tuple[str, ...], missing: str
) -> None:
    storage = Storage({7: ("other",)}, "nightly.yaml")
    ended = restore(tmp_path, storage, *options, "--workflow", "nightly.yaml")
    note = f"no completed run of nightly.yaml holds any {missing}\n"
    assert (ended.code, ended.out, ended.err) == (0, "", note)
    # What a review reads: that nothing was ever stored.
    written = [] if options else [".gitignore", "history.missing"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == written


@pytest.mark.parametrize("name", ["a.yml", "a.yaml", "a-b.c_d.yml", "_.yml"])
def test_a_workflow_is_named_by_its_file(tmp_path: Path, name: str) -> None:
    storage = Storage({7: ("reliability-history",)}, name)
    assert restore(tmp_path, storage, "--workflow", name).out.startswith("2 files of run 7 in ")


@pytest.mark.parametrize("name", ["a", "a.json", ".a.yml", "-a.yml", "a/b.yml", "a.yml?b", "ä.yml"])
def test_another_name_does_not_become_a_part_of_a_url(tmp_path: Path, name: str) -> None:
    ended = restore(tmp_path, Storage({}), f"--workflow={name}")
    assert (ended.code, ended.out) == (2, "")
    line = f"reliability: --workflow: {name} is not the name of a workflow file\n"
    assert ended.err == line


def test_a_link_in_place_of_the_store_is_refused_before_a_request(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".reliability").symlink_to("elsewhere")
    with served(lambda _request: httpx.Response(500)) as url:
        ended = in_process("history", "restore", folder=tmp_path, GITHUB_API_URL=url)
    assert (ended.code, ".reliability is a symbolic link" in ended.err) == (2, True)
    assert list((tmp_path / "elsewhere").iterdir()) == []
