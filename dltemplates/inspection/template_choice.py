"""Which template fits data, and which others could be meant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dltemplates.data.encoded_images import printable
from dltemplates.errors import DataError
from dltemplates.inspection import (
    autoencoder_anomaly,
    cnn_classifier,
    lstm_forecaster,
    transformer_classifier,
)
from dltemplates.inspection.candidate import Candidate

TEMPLATES = (
    autoencoder_anomaly.TEMPLATE,
    cnn_classifier.TEMPLATE,
    lstm_forecaster.TEMPLATE,
    transformer_classifier.TEMPLATE,
)

Reading = Callable[[], Candidate]


@dataclass(frozen=True)
class Choice:
    """What data are, and what can be made of them.

    Attributes:
        path: What was asked about.
        candidates: The templates that fit, the likeliest first. Where none is plainly meant, the
            first says what the data are and `refusal` why.
        refusal: Why no template was chosen; empty if the first one is.
    """

    path: Path
    candidates: tuple[Candidate, ...]
    refusal: str = ""

    @property
    def chosen(self) -> Candidate | None:
        return None if self.refusal else self.candidates[0]

    @property
    def others(self) -> tuple[Candidate, ...]:
        return self.candidates if self.refusal else self.candidates[1:]

    def for_template(self, name: str) -> Candidate:
        """What fits the template `name`.

        Raises:
            DataError: The data do not fit it.
        """
        for candidate in self.candidates:
            if candidate.template == name:
                return candidate
        first = self.candidates[0]
        raise DataError(
            f"It does not fit {name}. It is {first.finding.title()}.",
            where=self.path,
            hint=f"It fits {' or '.join(dict.fromkeys(c.template for c in self.candidates))}.",
        )

    def need(self) -> Candidate:
        """The chosen template.

        Raises:
            DataError: None was chosen.
        """
        if self.chosen is None:
            names = " or ".join(dict.fromkeys(c.template for c in self.candidates))
            raise DataError(self.refusal, where=self.path, hint=f"Name a template: {names}.")
        return self.chosen

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": printable(str(self.path)),
            "chosen": self.chosen.as_dict() if self.chosen else None,
            "refusal": self.refusal,
            "others": [candidate.as_dict() for candidate in self.others],
        }


def first_that_reads(readings: Sequence[Reading]) -> tuple[Candidate, ...]:
    """The candidates of those readings that succeed, in their order.

    Raises:
        DataError: None does; the error is the first one's.
    """
    found: list[Candidate] = []
    errors: list[DataError] = []
    for reading in readings:
        try:
            found.append(reading())
        except DataError as error:
            errors.append(error)
    if not found and errors:
        raise errors[0]
    return tuple(found)
