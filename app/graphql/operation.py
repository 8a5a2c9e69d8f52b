"""What depends on the document alone: parsed, validated and chosen once, then remembered."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import graphql
from graphql import DocumentNode, GraphQLError, GraphQLFormattedError, GraphQLSchema, OperationType
from graphql.language import OperationDefinitionNode

from app.graphql.limits import TooMuch, check_limits
from app.graphql.plans import Plans
from app.graphql.variables import Variables
from schema.errors import Code, coded, tell

Key = tuple[str, str | None]
Kind = Literal["query", "mutation", "subscription"]
Parse = Callable[[str], DocumentNode]
Validate = Callable[[GraphQLSchema, DocumentNode], Sequence[GraphQLError]]

MOST_TOKENS = 2000
MOST_COMMENTS = 1000
MOST_CHARACTERS = 100_000  # each error with a location reads the document again up to there
MOST_VALIDATION_ERRORS = 10
BYTES_PER_TOKEN = 500  # of a parsed document: measured 300 to 600 with graphql-core 3.3
BYTES_PER_CHARACTER = 24  # at worst: four in a `str`, which the tokens, the source and the key repeat

_KINDS: dict[OperationType, Kind] = {
    OperationType.QUERY: "query",
    OperationType.MUTATION: "mutation",
    OperationType.SUBSCRIPTION: "subscription",
}


class RequestError(Exception):
    """A GraphQL request error: nothing was executed. `errors` are as the client is told them."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__()
        self.errors: list[GraphQLFormattedError] = tell(errors)


@dataclass(frozen=True, slots=True, repr=False)
class PreparedOperation:
    """One valid operation of one valid document. What else depends on nothing but these belongs here."""

    document: DocumentNode
    operation: OperationDefinitionNode
    kind: Kind
    name: str | None
    variables: Variables
    plans: Plans


class Operations:
    """The operations lately asked for, each prepared once.

    Bounded by number and by the memory that their documents and plans take; the longest unused go first.
    Only what is valid is remembered, and nothing of who asked.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        most_documents: int = 1000,
        most_bytes: int = 24_000_000,
        hide_suggestions: bool = False,
        parse: Parse | None = None,
        validate: Validate | None = None,
    ) -> None:
        self.hide_suggestions = hide_suggestions
        self._schema = schema
        self._most_documents = most_documents
        self._most_bytes = most_bytes
        self._parse = parse or partial(
            graphql.parse,
            max_lexical_tokens=MOST_TOKENS,
            max_comments=MOST_COMMENTS,
            max_source_length=MOST_CHARACTERS,
        )
        self._validate = validate or partial(
            graphql.validate, max_errors=MOST_VALIDATION_ERRORS, hide_suggestions=hide_suggestions
        )
        self._prepared: OrderedDict[Key, PreparedOperation] = OrderedDict()
        self._weights: dict[Key, int] = {}
        self._bytes = 0

    def prepare(self, query: str, operation_name: str | None) -> PreparedOperation:
        """The operation of that name; without a name, the only one. Raises `RequestError`."""
        key = (query, operation_name)
        prepared = self._prepared.get(key)
        if prepared is not None:
            self._prepared.move_to_end(key)
            return prepared
        document = self._valid(query)
        prepared = self._prepared[key] = self._choose(document, key)
        self._weights[key] = 0
        self._grow(key, _weight(query, document))
        return prepared

    def _valid(self, query: str) -> DocumentNode:
        try:
            document = self._parse(query)
        except GraphQLError as error:
            raise RequestError(coded(error, Code.GRAPHQL_PARSE_FAILED)) from None
        try:
            check_limits(self._schema, document)
        except TooMuch as error:
            raise RequestError(coded(error, Code.OPERATION_TOO_LARGE)) from None
        if errors := self._validate(self._schema, document):
            raise RequestError(*(coded(error, Code.GRAPHQL_VALIDATION_FAILED) for error in errors))
        _unlink_tokens(document)
        return document

    def _choose(self, document: DocumentNode, key: Key) -> PreparedOperation:
        _, name = key
        operation = graphql.get_operation_ast(document, name)
        if operation is None:
            sentence = (
                "The document has several operations: name one" if name is None else "No such operation"
            )
            raise RequestError(coded(GraphQLError(sentence), Code.OPERATION_RESOLUTION_FAILURE))
        return PreparedOperation(
            document=document,
            operation=operation,
            kind=_KINDS[operation.operation],
            name=operation.name.value if operation.name else None,
            variables=Variables(self._schema, operation, hide_suggestions=self.hide_suggestions),
            plans=Plans(self._schema, document, operation, partial(self._grow, key)),
        )

    def _grow(self, key: Key, by: int) -> None:
        """Count more bytes for an operation, if it is still remembered, and forget others for them."""
        if key not in self._weights:
            return
        self._weights[key] += by
        self._bytes += by
        while len(self._prepared) > self._most_documents or self._bytes > self._most_bytes:
            oldest, _ = self._prepared.popitem(last=False)
            self._bytes -= self._weights.pop(oldest)


def _unlink_tokens(document: DocumentNode) -> None:
    """Let the document's nodes be all that keeps its tokens.

    The lexer links them both ways. In such cycles they would outlive a document that is remembered no more
    until the garbage collector has looked at everything, for which it has next to no reason here.
    """
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following


def _weight(query: str, document: DocumentNode) -> int:
    """About how many bytes a parsed document keeps in memory."""
    return BYTES_PER_CHARACTER * len(query) + BYTES_PER_TOKEN * document.token_count
