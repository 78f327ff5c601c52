"""Array types, and the bounds of runs of true values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]


def runs(on: BoolArray) -> Iterator[tuple[int, int]]:
    """Yield the index of each run's first True, and the index after its last."""
    edges = np.flatnonzero(np.diff(on, prepend=False, append=False))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
