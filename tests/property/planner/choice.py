"""Choices of a few values, made once: a strategy that is built anew for every draw costs more than the draw."""

from collections.abc import Hashable
from functools import cache, lru_cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T", bound=Hashable)


@lru_cache(maxsize=None, typed=True)
def among(*values: T) -> st.SearchStrategy[T]:
    """Choose one of *values*; one that is named more often is chosen more often."""
    return st.sampled_from(values)


@lru_cache(maxsize=None, typed=True)
def some_of(*values: T, least: int = 0, most: int | None = None) -> st.SearchStrategy[list[T]]:
    """Choose several of *values*, none twice."""
    return st.lists(st.sampled_from(values), unique=True, min_size=least, max_size=most) if values else st.just([])


@cache
def one_in(number: int) -> st.SearchStrategy[bool]:
    """Be true once in *number* times."""
    return st.integers(1, number).map(lambda one: one == 1)
