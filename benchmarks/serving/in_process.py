"""The same model called in this process: what a server is compared with."""

import threading
import time
from pathlib import Path

import numpy as np


class InProcess:
    """The loaded signature of an image classifier's export, asked about one image at a time."""

    def __init__(self, project: Path, images: list[bytes]) -> None:
        import tensorflow as tf

        self._tf = tf
        self._loaded = tf.saved_model.load(str(latest_version(project)))
        self._signature = self._loaded.signatures["serving_default"]
        self.images = images

    def ask(self, number: int) -> dict[str, np.ndarray]:
        image = self.images[number % len(self.images)]
        outputs = self._signature(image_bytes=self._tf.constant([image]))
        return {name: tensor.numpy() for name, tensor in outputs.items()}

    def latencies(self, count: int) -> list[float]:
        found = []
        for number in range(count):
            started = time.perf_counter()
            self.ask(number)
            found.append(time.perf_counter() - started)
        return found

    def throughput(self, threads: int, seconds: float) -> float:
        """Images a second."""
        end = time.perf_counter() + seconds
        counts = [0] * threads

        def work(thread: int) -> None:
            while time.perf_counter() < end:
                self.ask(counts[thread])
                counts[thread] += 1

        workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
        started = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return sum(counts) / (time.perf_counter() - started)


def latest_version(project: Path) -> Path:
    """The folder of the latest version of a project's one export."""
    (model,) = (project / "export").iterdir()
    return max((path for path in model.iterdir() if path.name.isdigit()), key=_number)


def _number(path: Path) -> int:
    return int(path.name)
