import pytest

from dltemplates.project.provenance import command_of, commit_of, cpu_of, gpus_of, versions_of
from dltemplates.training.run_records import RunRecord
from tests.training.small_runs import make_run


def test_what_made_a_run(tmp_path):
    folder = make_run(
        tmp_path,
        "a",
        run={"command": ["train", "--name", "a"], "git": {"commit": "0123456789", "dirty": True}},
        environment={
            "keras": "3.15",
            "cpu": {"model": "Abacus", "cores": 2, "instructions": ["avx2", "fma"]},
            "gpus": ["One", "Two"],
        },
    )
    run = RunRecord(folder)
    assert command_of(run) == "train --name a"
    assert commit_of(run, digits=4) == "0123, with changes that were not committed"
    assert versions_of(run) == "keras 3.15"
    assert cpu_of(run) == "Abacus, 2 cores, avx2 fma"
    assert gpus_of(run) == "One, Two"


@pytest.mark.parametrize("odd", [None, 3, True, "x", [], {}, [1, None], {"a": 1}])
def test_odd_records_tell_nothing_and_are_no_error(tmp_path, odd):
    environment = dict.fromkeys(["cpu", "gpus", "command"], odd)
    folder = make_run(
        tmp_path, "a", run={"command": odd, "git": odd}, environment=environment, finished=False
    )
    run = RunRecord(folder)
    assert (commit_of(run), versions_of(run), cpu_of(run)) == ("", "", "")
    listed = odd == [1, None]
    assert command_of(run) == ("1 None" if listed else "")
    assert gpus_of(run) == ("1, None" if listed else "")
