"""Timing of whole processes, side by side."""

import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path


def cpu_seconds(command: Sequence[str], **options) -> float:
    """CPU time, user and system, of one run of `command`."""
    before = os.times()
    subprocess.run(command, check=True, capture_output=True, **options)
    after = os.times()
    return (
        after.children_user - before.children_user + after.children_system - before.children_system
    )


def side_by_side(measures: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Calls each measure once a round, A B C A B C …, so that a slow spell hits all alike."""
    results: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds):
        for name, measure in measures.items():
            results[name].append(measure())
            print(f"round {number + 1}  {name}: {results[name][-1]:.4g}", file=sys.stderr)
    return results


def show(results: dict[str, list[float]], reference: str, unit: str) -> None:
    """Prints a Markdown table of medians, ranges and ratios to `reference`, pair by pair."""
    print(f"\n| | {unit}, median | range | ratio to {reference} |\n| --- | --- | --- | --- |")
    for name, values in results.items():
        ratios = [a / b for a, b in zip(values, results[reference], strict=True)]
        print(
            f"| {name} | {statistics.median(values):.4g} | {min(values):.4g}–{max(values):.4g} "
            f"| {statistics.median(ratios):.2f} |"
        )


def run_module(folder: Path, module: str, *arguments: str) -> tuple[str, float]:
    """Runs a command; returns what it printed and its peak memory in GiB."""
    child = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.append(child.stdout.read()))
    reader.start()
    _, status, usage = os.wait4(child.pid, 0)
    reader.join()
    if status:
        raise SystemExit(f"{module} {' '.join(arguments)} failed: {output}")
    return output[0], usage.ru_maxrss / 2**20
