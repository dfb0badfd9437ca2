"""Rows of a large table, each made when it is asked for, and which rows belong together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

Row = dict[str, Any]


class Lines:
    """The rows of a frame by their number, without shapes; a missing value is None.

    A few rows take a tenth of the time that a frame cut out of the frame takes.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._columns = {
            str(name): _reader(frame[name]) for name in frame.columns if name != "geometry"
        }

    def at(self, number: int) -> Row:
        """One row."""
        return {name: read(number) for name, read in self._columns.items()}

    def several(self, numbers: Iterable[int]) -> list[Row]:
        """Some rows, in the order of their numbers here."""
        return [self.at(int(number)) for number in numbers]


class Rows(Mapping[str, Row]):
    """The rows of a frame by its column `key`, which bears each key once.

    Nothing is kept of a row that was asked for: whoever needs all of them uses the frame.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._numbers = {str(key): number for number, key in enumerate(frame["key"])}
        self._lines = Lines(frame)

    def __getitem__(self, key: str) -> Row:
        return self._lines.at(self._numbers[key])

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class Groups:
    """The numbers of the rows that bear the same names, in their order."""

    def __init__(self, *columns: pd.Series) -> None:
        """columns: of texts, of one length; a row's names are what it has in each of them."""
        self._names: list[dict[object, int]] = []
        together = np.zeros(len(columns[0]), dtype=np.int64)
        for column in columns:
            codes, names = pd.factorize(column)
            self._names.append({name: place for place, name in enumerate(names)})
            together = together * (len(names) + 1) + codes
        order = np.argsort(together, kind="stable")
        self._order = order.astype(np.int32)
        self._codes, starts = np.unique(together[order], return_index=True)
        self._starts = np.append(starts, len(order))

    def rows(self, *names: object) -> np.ndarray:
        """The rows' numbers; none for names that no row bears."""
        code = 0
        for known, name in zip(self._names, names, strict=True):
            if name not in known:
                return self._order[:0]
            code = code * (len(known) + 1) + known[name]
        place = int(np.searchsorted(self._codes, code))
        if place == len(self._codes) or self._codes[place] != code:
            return self._order[:0]
        return self._order[self._starts[place] : self._starts[place + 1]]


def _reader(column: pd.Series) -> Callable[[int], Any]:
    """What gives one value of a column, as Python has it."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        texts = [*column.cat.categories, None]  # no category has the code -1
        return lambda number: texts[codes[number]]
    if isinstance(column.dtype, pd.StringDtype):
        # a third of the time that pandas takes for one value
        held = pa.array(column.array)
        words = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
        return lambda number: words[number].as_py()
    if isinstance(column.dtype, pd.Float64Dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return lambda number: _plain(numbers[number])
    values = column.array
    return lambda number: _plain(values[number])


def _plain(value: Any) -> Any:
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
