"""How values are told whose fields may have to wait."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from app.graphql.leaves import Leaf, Shown, check_list, record_leaf
from app.graphql.plan import Run, Tell, Unplanned, Waiting
