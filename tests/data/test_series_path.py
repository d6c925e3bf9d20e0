import pytest

from dltemplates.data.series_file import read_series
from dltemplates.errors import DataError


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_series(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="a folder, not a file"):
        read_series(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nonsense")
    with pytest.raises(DataError, match="Cannot read this Parquet file"):
        read_series(tmp_path / "a.parquet")
