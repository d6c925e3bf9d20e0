"""Writes the log of a second pump: `python other_pump.py FILE`.

It is the generated one that `source=sample` trains on, a size larger: other levels, other spreads,
the columns in another order. The first five days have no faults, the next five have.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from dltemplates.data.sensor_sample import sensor_sample

DAY = 1440  # rows
ANOTHER = {  # by sensor: what it is multiplied by, and what is added
    "speed": (1.0, 40.0),
    "flow": (1.3, 0.0),
    "pressure": (1.1, 0.9),
    "current": (1.25, 3.0),
    "vibration": (1.2, 0.35),
    "motor_temperature": (1.0, 7.0),
    "bearing_temperature": (1.0, 5.0),
}


def main(file: Path) -> None:
    log = sensor_sample()
    table = pd.DataFrame(log.series.values.T, columns=log.series.names)
    for sensor, (factor, offset) in ANOTHER.items():
        table[sensor] = np.round(factor * table[sensor] + offset, 3)
    table["anomaly"] = log.labels
    table.insert(0, "time", log.series.times)
    table[4 * DAY :][["time", *reversed(table.columns[1:])]].to_csv(file, index=False)
    print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
