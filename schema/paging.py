"""Connections, as Relay's cursor specification has them."""

from typing import Generic, TypeVar

from resolvers import paging
from schema.declare import over, shown

N = TypeVar("N")


@over(paging.PageInfo)
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None = shown("Give it as `after` to get the next page.")


@over(paging.Edge)
class Edge(Generic[N]):
    """A record with its cursor."""

    cursor: str
    node: N


@over(paging.Connection)
class Connection(Generic[N]):
    """A page of a list."""

    nodes: list[N] = shown("The records without their cursors.")
    edges: list[Edge[N]]
    page_info: PageInfo
    total_count: int | None = shown("Null where the upstream does not tell it.")
