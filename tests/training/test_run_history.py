import math

import pytest

from dltemplates.training.run_history import read_history


def test_what_is_missing_is_told_from_what_is_infinite():
    history, wrong = read_history("epoch,loss,val_loss\n0,1.0,NA\n1,inf,nan\n2,,0.5\n")
    assert history.epochs == [1, 2, 3] and wrong == ""
    assert history.values == {"loss": [1.0, math.inf, None], "val_loss": [None, None, 0.5]}
    assert history.best("loss", largest=True) == (1, 1.0)


@pytest.mark.parametrize("line", ["2", "2,x", "x,0.2", ",0.2", "nan,0.2", "1e300,0.2", "-1,0.2"])
def test_a_line_that_is_not_whole_is_left_out_and_said(line):
    history, wrong = read_history(f"epoch,loss\n1,0.5\n{line}\n3,0.1\n{line}\n")
    assert history.epochs == [1, 3]
    assert history.values == {"loss": [0.5, 0.1]}
    assert wrong == "line 3 is not as the heading says"


def test_a_cell_beyond_all_bounds_ends_the_reading():
    history, wrong = read_history(f"epoch,loss\n1,0.5\n2,{'1' * 200_000}\n3,0.1\n")
    assert history.epochs == [1]
    assert "line 3" in wrong
