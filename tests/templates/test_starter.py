"""What `template new` makes: its projects pass their own tests."""

import json

import pytest
from click.testing import CliRunner

from dltemplates.cli import main


@pytest.mark.slow
def test_projects_of_a_new_template_pass_their_tests(tmp_path):
    folder = str(tmp_path / "mlp-tabular")
    assert CliRunner().invoke(main, ["template", "new", folder]).exit_code == 0
    result = CliRunner().invoke(main, ["template", "check", folder, "--test", "1", "--json"])
    assert result.exit_code == 0, result.output
    tests = json.loads(result.stdout)["checks"][-1]
    assert tests["passed"] is True
    assert tests["summary"].startswith("of 1 project,")
