"""Rows of a source that are of no use: counted, listed, and too many of them refused."""

from dataclasses import dataclass, field

from dltemplates.errors import DataError

_SHOWN = 5


@dataclass
class BrokenRows:
    """What is wrong with which rows.

    Attributes:
        where: What messages call the source.
        unit: What messages call a row, such as `line`.
        count: How many there are.
        first: What is wrong with the first of them.
    """

    where: str
    unit: str = "row"
    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, number: int, fault: str) -> None:
        """Notes that the row of this number has a fault, such as `has no label`."""
        self.count += 1
        if self.count <= _SHOWN:
            self.first.append(f"{self.unit} {number:,} {fault}")

    def settle(self, total: int, limit: float, hint: str) -> list[str]:
        """Says what is skipped, in one sentence or none.

        Args:
            total: Rows that there are, broken or not.
            limit: Largest share of them that may be broken. One row always may, unless it is 0.
            hint: What to do where there are more.

        Raises:
            DataError: More are broken than that, or all are.
        """
        if not self.count:
            return []
        more = f"; and {self.count - _SHOWN:,} more" if self.count > _SHOWN else ""
        found = (
            f"{self.count:,} of {total:,} {self.unit}s cannot be used "
            f"({'; '.join(self.first)}{more})."
        )
        allowed = max(1, limit * total) if limit else 0
        if self.count > allowed or self.count == total:
            raise DataError(found, where=self.where, hint=hint)
        return [f"{self.where}: {found}"]
