"""Where what is shared is kept: an address as redis-py reads it."""

import re
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import ConnectionPool

DATABASE = re.compile(r"/?\d*", re.ASCII)


def is_address(url: str) -> bool:
    """Whether it is one that redis-py takes, and takes for what it says. Connects to nobody."""
    try:
        pool = ConnectionPool.from_url(url)
        pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py's; it alone looks at the options
        return _is_meant(url, pool)
    except Exception:  # noqa: BLE001  # redis-py raises what it likes, and quotes the password in it
        return False


def _is_meant(url: str, pool: ConnectionPool) -> bool:
    """Whether redis-py takes all of the address for what it says: it passes over what it does not know.

    Of its options the database and those of TLS are an operator's; the others are the tier's own.
    """
    parts = urlsplit(url)
    return (
        parts.scheme in ("redis", "rediss")
        and bool(parts.hostname)
        and parts.port != 0
        and DATABASE.fullmatch(parts.path) is not None
        and pool.connection_kwargs.get("db", 0) >= 0
        and not parts.fragment
        and all(
            name == "db" or name.startswith("ssl_")
            for name, _ in parse_qsl(parts.query, keep_blank_values=True)
        )
        and url.isprintable()
        and " " not in url
    )
