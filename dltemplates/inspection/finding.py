"""What was found out about data, in one way of reading them."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dltemplates.data.encoded_images import printable
from dltemplates.inspection.words import share


@dataclass(frozen=True, kw_only=True)
class Finding(ABC):
    """Facts about data that were read as one kind.

    Attributes:
        kind: `images`, `series`, `log`, `table` or `texts`.
        path: The file or folder that a project shall read.
        concerns: What may hinder training or mislead, a sentence each.
        part: How much of a large file was read.
    """

    kind: str
    path: Path
    concerns: tuple[str, ...] = ()
    part: float = 1.0

    def worth_knowing(self) -> list[str]:
        """The concerns, and that it was the beginning of a file that was read, if so."""
        told = f"Only the first {share(self.part)} of the file were read, and this is of them."
        return [*([] if self.part == 1 else [told]), *self.concerns]

    @abstractmethod
    def title(self) -> str:
        """What the data are, in one sentence without its full stop."""

    @abstractmethod
    def rows(self) -> list[tuple[str, str]]:
        """What is known, for people: what it is, and words."""

    def as_dict(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "title": self.title(),
            **asdict(self),
            "path": printable(str(self.path)),
            "concerns": self.worth_knowing(),
        }
