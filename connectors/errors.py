"""What can go wrong with an upstream, as one tree.

UpstreamError
├── Unreachable    no answer: refused, reset, name not found, no free connection      UPSTREAM_UNAVAILABLE
├── TimedOut       no whole answer in time                                            UPSTREAM_TIMEOUT
├── RateLimited    429, and its Retry-After lies beyond the deadline                  UPSTREAM_RATE_LIMITED
├── Failed         5xx, also after the retries                                        UPSTREAM_UNAVAILABLE
├── Refused        401: our credentials                                               UPSTREAM_REFUSED
│   └── Forbidden  403: what they may do                                              UPSTREAM_REFUSED
├── Rejected       another 4xx: the upstream does not accept the question             UPSTREAM_REJECTED
└── BadResponse    an answer that cannot be what was asked for                        UPSTREAM_BAD_RESPONSE
InvalidKey         no upstream was asked: the key can name nothing there              BAD_USER_INPUT

Messages are fixed sentences. No id, URL, header or body ever becomes part of one: they are personal data.
"""

from typing import ClassVar


def bare(error: BaseException) -> None:
    """Let go of where an error came from, once that is of no use any more.

    The frames hold whatever was asked and answered, which is personal. They also hold the error, so that only
    the garbage collector would free all of that, some time.
    """
    error.__traceback__ = error.__context__ = error.__cause__ = None


class UpstreamError(Exception):
    """An upstream did not give the answer. `system` names the upstream, `code` is what a client is told.

    `transient`: it may give it later, so that an older answer may stand in for it (RFC 5861, 4).
    """

    code: ClassVar[str] = "UPSTREAM_UNAVAILABLE"
    transient: ClassVar[bool] = True
    sentence: ClassVar[str] = "did not answer"

    def __init__(self, system: str) -> None:
        super().__init__(f"{system} {self.sentence}")
        self.system = system


class Unreachable(UpstreamError, ConnectionError):
    """No connection, or one that broke before an answer came."""

    sentence = "could not be reached"


class TimedOut(UpstreamError, TimeoutError):
    """No whole answer within the deadline."""

    code = "UPSTREAM_TIMEOUT"
    sentence = "did not answer in time"


class RateLimited(UpstreamError):
    """The upstream asks to slow down for longer than this call may wait."""

    code = "UPSTREAM_RATE_LIMITED"
    sentence = "asked to slow down"


class Failed(UpstreamError):
    """The upstream says that it failed (5xx)."""

    sentence = "failed"


class Refused(UpstreamError):
    """The upstream does not accept our credentials."""

    code = "UPSTREAM_REFUSED"
    sentence = "refused our credentials"
    transient = False


class Forbidden(Refused):
    """The upstream does not let our credentials do this."""

    sentence = "does not let our credentials do this"


class Rejected(UpstreamError):
    """The upstream does not accept the question."""

    code = "UPSTREAM_REJECTED"
    transient = False
    sentence = "rejected the request"


class BadResponse(UpstreamError):
    """The answer is no JSON, too large, too deep, of another shape, or about something else."""

    code = "UPSTREAM_BAD_RESPONSE"
    sentence = "answered with something unusable"


class InvalidKey(ValueError):
    """A key that can name nothing at the upstream: nothing was sent. The message is for the client."""

    code: ClassVar[str] = "BAD_USER_INPUT"
