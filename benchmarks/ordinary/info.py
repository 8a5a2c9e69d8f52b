"""What a resolver is given: a request's loaders are its context."""

from typing import TYPE_CHECKING, TypeAlias

import strawberry

if TYPE_CHECKING:
    from benchmarks.ordinary.loaders import Loaders

Info: TypeAlias = strawberry.Info["Loaders", None]
