"""Writes the hourly demand of three towns that nobody measured: `python towns.py FILE`.

They are the generated demand that `source=sample` trains on: as it is, a size larger and some days
later, and a size smaller with noise of its own.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.data.demand_sample import demand_sample

LATER = 3 * 24  # rows


def main(file: Path) -> None:
    sample = demand_sample()
    demand = sample.values[0]
    noise = np.random.Generator(np.random.PCG64(7)).normal(0, 2, len(demand))
    table = pd.DataFrame({"north": demand, "south": 1.8 * np.roll(demand, LATER) + 40})
    table["west"] = 0.4 * demand + noise
    table.insert(0, "time", sample.times[: len(demand)])
    table[LATER:].to_csv(file, index=False, float_format="%.1f")
    print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
