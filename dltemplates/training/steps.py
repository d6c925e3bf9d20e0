"""How many steps a run takes."""

from dataclasses import dataclass

_SMALLEST_BATCH = 16
_FEWEST_OF_ALL, _MOST_OF_ALL = 300, 2_000
_FEWEST_STEPS = 32  # an epoch, before `auto` makes batches smaller


@dataclass(frozen=True)
class Steps:
    """The length of a run.

    Attributes:
        batch_size: Items a step.
        per_epoch: Steps an epoch: about one pass over the data.
        per_execution: Steps that TensorFlow runs at one call; divides `per_epoch`.
        epochs: Epochs of the run.
    """

    batch_size: int
    per_epoch: int
    per_execution: int
    epochs: int

    @property
    def total(self) -> int:
        return self.per_epoch * self.epochs


def plan_steps(
    items: int, epochs: int, batch_size: int | str = "auto", *, largest: int = 512
) -> Steps:
    """Plans a run over `items` training items.

    Several steps an execution save the cost of the loop around a step. An epoch is rounded to a
    multiple of that, by at most one step in eight and seldom at all; batches go on where the last
    epoch stopped, so no item is left out.

    Args:
        items: Number of training items.
        epochs: Passes over them.
        batch_size: Items a step, or `auto`: `largest`, halved on small data until an epoch has at
            least 32 steps, down to 16.
        largest: What `auto` starts from.
    """
    if batch_size == "auto":
        batch_size = largest
        while batch_size > _SMALLEST_BATCH and items / batch_size < _FEWEST_STEPS:
            batch_size //= 2
    batch_size = min(int(batch_size), items)
    steps = max(1, round(items / batch_size))
    if steps < 4:
        return Steps(batch_size, steps, steps, epochs)
    # Fewer of large batches, where the loop costs little and Ctrl-C would have to wait for long.
    most = min(max(2048 // batch_size, 4), 16)
    sizes = range(most, 3, -1)
    per_execution = min(sizes, key=lambda size: abs(round(steps / size) * size - steps))
    per_execution = min(per_execution, steps)
    per_epoch = max(1, round(steps / per_execution)) * per_execution
    return Steps(batch_size, per_epoch, per_execution, epochs)


def usual_steps(items: int, batch_size: int, passes: int = 40) -> int:
    """Steps of a run that is to see each item so often: from 300 to 2,000."""
    return min(max(passes * items // batch_size, _FEWEST_OF_ALL), _MOST_OF_ALL)


def usual_epochs(items: int) -> int:
    """Passes over so many training items: 5 over 100,000 and more, up to 30 over fewer."""
    return min(max(round(5 * (100_000 / items) ** 0.5), 5), 30)
