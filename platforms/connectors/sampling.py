"""Looking at some values of a column, to see what kind of data it holds."""

from typing import Any, Protocol, runtime_checkable

from platforms.connectors.schema import TableRef


@runtime_checkable
class Sampling(Protocol):
    """A RowSession that can show some values of a column."""

    def sample(self, table: TableRef, column: str, most: int) -> list[Any]:
        """Return up to `most` values that are not empty, of the newest rows; one statement of bounded cost.

        Raises SourceFailed. Whoever asks keeps no value and names none.
        """
        ...
