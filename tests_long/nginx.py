"""The nginx of docs/operations/replicas.md, as long as a test needs it."""

import asyncio
import re
import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.ports import free_port
from tests.processes import children

PAGE = Path(__file__).parents[1] / "docs" / "operations" / "replicas.md"
DEBIAN = "/usr/sbin"
"""Where Debian has the program, on the path of root only."""

MAIN = """\
worker_processes 2;
pid {place}/nginx.pid;
error_log {place}/main-error.log;
events {{}}
http {{
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/gateway.conf;
}}
"""


class Nginx:
    """It serves the page's configuration, in which only ports and paths are other ones."""

    def __init__(self, place: Path, replicas: Mapping[str, int]) -> None:
        self._place = place
        self._ports = {"8080": free_port(), **replicas}
        self._down: set[str] = set()
        self._forgotten = 0

    @property
    def origin(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._ports['8080']}"

    @property
    def logs(self) -> str:
        """All that it wrote, into logs and other files."""
        return "".join(one.read_text() for one in self._place.rglob("*") if one.is_file())

    @property
    def log(self) -> str:
        """Its log of requests since it was forgotten."""
        return (self._place / "gateway.log").read_text()[self._forgotten :]

    def forget_log(self) -> None:
        """What was logged so far is of no interest."""
        self._forgotten += len(self.log)

    async def start(self) -> None:
        """Start it; returns when it serves."""
        self._write()
        program = found()
        main = str(self._place / "nginx.conf")
        self._process = await asyncio.create_subprocess_exec(
            program, "-p", str(self._place), "-c", main, "-e", "main-error.log", "-g", "daemon off;"
        )
        async with asyncio.timeout(10):
            while not await self._serves():
                assert self._process.returncode is None, self.logs
                await asyncio.sleep(0.01)

    async def take_out(self, *replicas: str) -> None:
        """Mark these servers of the page as down, and no others; returns when nginx has read it."""
        self._down = set(replicas)
        self._write()
        before = children(self._process.pid)
        self._process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(10):
            while children(self._process.pid) & before:
                await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop it; its requests are answered first."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGQUIT)
        await self._process.wait()

    def _write(self) -> None:
        (self._place / "nginx.conf").write_text(MAIN.format(place=self._place))
        (self._place / "gateway.conf").write_text(self._configuration())

    def _configuration(self) -> str:
        text = configuration()
        for server in self._down:
            text = text.replace(f"server 127.0.0.1:{server} ", f"server 127.0.0.1:{server} down ")
        for told, port in self._ports.items():
            assert f"127.0.0.1:{told}" in text
            text = text.replace(f"127.0.0.1:{told}", f"127.0.0.1:{port}")
        return text.replace("/var/log/nginx", str(self._place))

    async def _serves(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self._ports["8080"])
            writer.close()
            return True
        return False


@asynccontextmanager
async def nginx(place: Path, replicas: Mapping[str, int]) -> AsyncIterator[Nginx]:
    """The page's nginx while the block runs: the page's ports of replicas are led to these."""
    one = Nginx(place, replicas)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


def configuration() -> str:
    """What the page says, and nothing else."""
    (text,) = re.findall(r"^```nginx\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert isinstance(text, str)
    return text


def found() -> str:
    """The program. Fails with a sentence where there is none."""
    program = shutil.which("nginx") or shutil.which("nginx", path=DEBIAN)
    assert program, "nginx is not installed (Debian: apt-get install nginx-light)"
    return program
