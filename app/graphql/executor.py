"""graphql-core's executor, without the circle that it makes of itself."""

import weakref
from functools import partial
from typing import Any

import graphql


class Executor(graphql.Executor[None]):
    """Freed as soon as its execution is over, and with it the context: all that was asked and answered.

    graphql-core's helpers for resolvers are bound to the executor that has them, so that only the garbage
    collector would free it. Executions last as long as upstreams take to fail: many live through a collection
    or two, and are then found only when all of memory is looked through.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        ours = weakref.proxy(self)
        self.async_helpers = graphql.GraphQLResolveInfoHelpers(
            gather=partial(graphql.Executor.gather_async_work, ours),
            track=partial(graphql.Executor.track_async_work, ours),
        )
