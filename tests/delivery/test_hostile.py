"""Text that a stranger chooses is never run: titles, branches, inputs, answers, file names."""

import pytest

from tests.delivery.act import Act
from tests.delivery.hosted import Hosted

CODE = (
    '"; touch "$PROOF"; echo "',
    "$(touch $PROOF)",
    "`touch $PROOF`",
    "' && touch $PROOF && echo '",
    "\ntouch $PROOF\n",
    "::set-env name=PATH::/tmp\n::stop-commands::x\n::add-mask::a",
    "${{ github.token }}",
)


@pytest.fixture
def runner(repository: Hosted) -> Act:
    """A runner on which anything that is run leaves a proof."""
    made = repository.runner()
    made.environment["PROOF"] = str(repository.folder / "proof")
    return made


def test_nothing_that_the_author_of_a_pull_request_writes_is_run(
    repository: Hosted, runner: Act
) -> None:
    repository.branch()
    repository.change("services/attendance/slo.yaml", "target: 0.999 ", "target: 0.9992 ")
    folder = repository.clone / "services" / "$(touch $PROOF)"
    folder.mkdir()
    (folder / "`touch $PROOF` ::error::x.yaml").write_text("kind: $(touch $PROOF)\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message=$(touch $PROOF)")
    repository.open()
    event = repository.event("opened", fork=True)
    text = " ".join(CODE)
    event["pull_request"] |= {"title": text, "body": text, "labels": [{"name": text}]}
    event["pull_request"]["head"] |= {"ref": CODE[1], "label": text}
    event["pull_request"]["user"]["login"] = CODE[2]
    ran = runner.run("pull-request.yml", "pull_request", event, token="token-fork")
    assert ran.failed() >= {"reliability-check"}, ran.log
    assert not (repository.folder / "proof").exists()
    assert "token-fork" not in ran.log


def test_an_input_of_a_dispatch_is_an_argument_and_no_code(repository: Hosted, runner: Act) -> None:
    event = {"inputs": {"allow": " ".join(CODE)}, "ref": "refs/heads/main", **repository.about()}
    ran = runner.run("sync.yml", "workflow_dispatch", event)
    assert ran.failed() == {"sync"}  # no plan has that name
    assert not (repository.folder / "proof").exists()


@pytest.mark.parametrize("code", ["1; touch $PROOF", "$(touch $PROOF)", "--index-url=x"])
def test_a_version_that_is_none_is_refused(code: str, repository: Hosted, runner: Act) -> None:
    runner.variables["RELIABILITY_VERSION"] = code
    event = {"ref": "refs/heads/main", **repository.about()}
    ran = runner.run("sync.yml", "push", event)
    assert ran.failed() == {"sync"}
    assert "version is not a full commit" in ran.log
    assert not (repository.folder / "proof").exists()
