"""Bring one file from the network to its place: whole and verified, or not at all."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import requests
from tqdm import tqdm

CHUNK_BYTES = 2**14


class DownloadError(RuntimeError):
    """The file could not be fetched. The message says why, and how to put it in place by hand."""


def download(
    url: str, target: Path, *, sha1: str, timeout: float, check: Callable[[Path], object]
) -> None:
    """Download `url` to `target`, unless a file with the right checksum is already there.

    The file is completed beside its place as ``<name>.part`` and moved when it is verified. A
    download that was cut leaves this piece, and the next call goes on from there. Processes that
    call at the same time wait for the first one. The empty file ``<name>.lock`` stays.

    Args:
        url: where to download from.
        target: where the file belongs. Missing directories are made.
        sha1: SHA-1 of the file, in hexadecimal digits. A file with another one is replaced.
        timeout: seconds to wait for a connection, and then for each next piece of the file.
        check: called with the complete file before it is moved; raises ValueError to refuse it.

    Raises:
        DownloadError: there is no right file at `target`, and none could be fetched.
        ValueError: `timeout` is not above 0.
    """
    if timeout <= 0:
        raise ValueError(f"timeout is {timeout}; give a number of seconds above 0")
    try:
        # A class may share a directory that is read-only: a file that is there needs no lock.
        if _has_sha1(target, sha1):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.with_name(f"{target.name}.lock")):
            # Another process may have brought the file while this one waited.
            if _has_sha1(target, sha1):
                return
            part = target.with_name(f"{target.name}.part")
            _complete(part, url, sha1, timeout)
            try:
                check(part)
            except ValueError:
                part.unlink()
                raise
            os.replace(part, target)
    except (OSError, ValueError) as error:  # the exceptions of requests are OSErrors
        raise DownloadError(
            f"{target.name} could not be fetched: {_explain(error, timeout)}.\n"
            f"To do it by hand, download {url}\n"
            f"and put the file here: {target}\n"
            f"(its SHA-1 must be {sha1})"
        ) from error


def _complete(part: Path, url: str, sha1: str, timeout: float) -> None:
    """Fetch what `part` lacks. A complete file with a wrong checksum is removed."""
    resumed = part.exists()
    _fetch_rest(part, url, timeout)
    if _has_sha1(part, sha1):
        return
    part.unlink(missing_ok=True)
    if not resumed:
        raise ValueError(
            "the server sent another file than the expected one (its SHA-1 is wrong); "
            "the cause can be a log-in page of the network, or a newer edition"
        )
    # The old piece may have belonged to another file: only a whole download can tell.
    _complete(part, url, sha1, timeout)


def _fetch_rest(part: Path, url: str, timeout: float) -> None:
    """Append the rest of the file to `part`, or all of it if the server does not support that."""
    start = part.stat().st_size if part.exists() else 0
    # Compressed on the way, the bytes counted here would not be the bytes of the file.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with requests.get(url, headers=headers, stream=True, timeout=timeout) as response:
        if start and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # nothing follows: the checksum tells whether the piece is the whole file
        response.raise_for_status()
        if response.status_code != HTTPStatus.PARTIAL_CONTENT:
            part.unlink(missing_ok=True)
            start = 0
        length = response.headers.get("Content-Length", "")
        with tqdm(
            desc=part.stem,
            initial=start,
            total=start + int(length) if length.isdigit() else None,
            unit="B",
            unit_scale=True,
        ) as progress:
            for chunk in response.iter_content(CHUNK_BYTES):
                # Opened for each chunk, so that no empty file is left if none comes.
                with part.open("ab") as file:
                    progress.update(file.write(chunk))


def _explain(error: Exception, timeout: float) -> str:
    """Say in plain words what went wrong."""
    if isinstance(error, requests.HTTPError):
        return f"the server answered {error.response.status_code} {error.response.reason}"
    # A time-out in the middle of the file reaches us as a ConnectionError that names it.
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"the server was silent for {timeout} seconds"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut before the end (call again to go on from there)"
    if isinstance(error, requests.ConnectionError):
        return f"there is no connection to the server ({error})"
    return str(error)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait until no other process holds the lock `path`, and hold it meanwhile.

    The operating system releases the lock of a process that dies. The file itself must stay:
    if it were removed, two processes could each lock a file of that name.
    """
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _has_sha1(path: Path, sha1: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest() == sha1.lower()
