"""Real sentence pairs: read a file of pairs, and fetch the French-English corpus on request.

The corpus comes from the Tatoeba project (https://tatoeba.org) and is distributed by ManyThings
(https://www.manythings.org/anki/) as ``fra-eng.zip`` under the licence CC BY 2.0 FR. Whoever
shares it must name both sites. Other language pairs of the same site have the same form.

Reading never touches the network. Only `fetch_fra_eng` and `load_fra_eng` may download.
"""

import codecs
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import platformdirs

from d2l_local.download import DownloadError, download

__all__ = [
    "FRA_ENG_SHA1",
    "FRA_ENG_URL",
    "DownloadError",
    "fetch_fra_eng",
    "load_fra_eng",
    "read_pairs",
]

FRA_ENG_URL = "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip"
FRA_ENG_SHA1 = "f0d9210bd06697f141f8234461933f0cd70b0a46"
MAX_UNPACKED_BYTES = 2**30


def read_pairs(
    path: str | os.PathLike[str], num_examples: int | None = None
) -> list[tuple[str, str]]:
    r"""Read sentence pairs (English, other language) from a local file.

    The file is UTF-8 text with one pair on each line and a tab between the two sentences. A third
    column, the attributions of newer editions, is ignored. Blank lines are skipped. A ``.zip``
    file is read without unpacking it to disk; it must hold exactly one ``.txt`` or ``.tsv`` file
    besides those whose names start with ``_`` or ``.``, such as ``_about.txt``.

    Args:
        path: the text file or the zip archive.
        num_examples: how many pairs to give, counted from the start of the file; None for all.

    Returns:
        Exactly `num_examples` pairs, the sentences as they stand in the file.

    Raises:
        FileNotFoundError: there is no file at `path`.
        ValueError: `num_examples` is below 1 or more than the file holds, or the file does not
            have the form above. The message names the file and, where there is one, the line.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".tsv") as file:
    ...     _ = Path(file.name).write_text("Go.\tVa !\nWow!\tÇa alors !\n", encoding="utf-8")
    ...     read_pairs(file.name, num_examples=1)
    [('Go.', 'Va !')]
    """
    if num_examples is not None and num_examples < 1:
        raise ValueError(f"num_examples is {num_examples}; give at least 1, or None for all pairs")
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file of sentence pairs at {path}; check the path, "
            "or call fetch_fra_eng() to download the French-English corpus"
        )
    if path.suffix.lower() == ".zip":
        source, content = _read_archive(path)
    else:
        source, content = str(path), path.read_bytes()

    pairs: list[tuple[str, str]] = []
    for pair in _parse(source, content):
        pairs.append(pair)
        if len(pairs) == num_examples:
            return pairs
    if not pairs:
        raise ValueError(f"{source} is empty; expected one pair of sentences on each line")
    if num_examples is not None:
        raise ValueError(
            f"num_examples is {num_examples}, but {source} holds {len(pairs)} pairs; "
            "ask for fewer, or give None for all pairs"
        )
    return pairs


def fetch_fra_eng(
    url: str = FRA_ENG_URL,
    *,
    sha1: str = FRA_ENG_SHA1,
    cache_dir: str | os.PathLike[str] | None = None,
    timeout: float = 30,
) -> Path:
    """Give the path of ``fra-eng.zip`` in the cache, and download it if it is not there.

    The default is the edition of 2017-09-29 from the Tatoeba project (https://tatoeba.org) as
    distributed by https://www.manythings.org/anki/, licence CC BY 2.0 FR: 142,787 pairs in two
    columns. The French has no-break spaces (U+00A0 and U+202F) before ``!``, ``?`` and the like.
    Another edition or language needs no cache: give the path of its file to `read_pairs`.

    Args:
        url: where to download from.
        sha1: SHA-1 of the archive, in hexadecimal digits. A cached file with another is replaced.
        cache_dir: directory of the cache; by default the environment variable D2L_LOCAL_CACHE,
            and without that the user's cache directory of the operating system.
        timeout: seconds to wait for a connection, and then for each next piece of the file.

    Raises:
        DownloadError: there is no right file in the cache, and none could be fetched. The message
            says why, and where to put the file by hand.
        ValueError: `timeout` is not above 0.
    """
    cache = (
        cache_dir or os.environ.get("D2L_LOCAL_CACHE") or platformdirs.user_cache_dir("d2l_local")
    )
    target = Path(cache).expanduser().absolute() / "fra-eng.zip"
    download(url, target, sha1=sha1, timeout=timeout, check=_read_archive)
    return target


def load_fra_eng(num_examples: int | None = None, **fetch_options: Any) -> list[tuple[str, str]]:
    """Fetch the French-English corpus if it is not in the cache, and read its first pairs.

    Args:
        num_examples: as in `read_pairs`.
        fetch_options: the arguments of `fetch_fra_eng`.

    Raises:
        DownloadError: see `fetch_fra_eng`.
        ValueError: see `read_pairs`.
    """
    return read_pairs(fetch_fra_eng(**fetch_options), num_examples)


def _read_archive(path: Path) -> tuple[str, bytes]:
    """Name and content of the one text file in a zip archive, read without unpacking to disk."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_unsafe(path, archive.infolist())
            texts = [name for name in archive.namelist() if _is_text(name)]
            if len(texts) != 1:
                raise ValueError(
                    f"{path} must hold exactly one .txt or .tsv file of pairs, but holds "
                    f"{len(texts)}: {', '.join(texts) or 'none'}; "
                    "unpack it and pass the path of the file you mean"
                )
            return f"{path}/{texts[0]}", archive.read(texts[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ValueError(
            f"{path} cannot be read as a zip archive ({error}); download it again"
        ) from error


def _refuse_unsafe(path: Path, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        # Nothing is unpacked here, but an archive that tries to escape is not to be trusted.
        name = PureWindowsPath(member.filename)  # knows \ as well as /, and drives
        if name.anchor or ".." in name.parts:
            raise ValueError(
                f"{path} is not safe: its member {member.filename!r} points outside the archive; "
                "download the file again from a source you trust"
            )
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED_BYTES:
        raise ValueError(
            f"{path} is not safe: it would unpack to {size:,} bytes, "
            f"more than the limit of {MAX_UNPACKED_BYTES:,}"
        )


def _is_text(name: str) -> bool:
    file = PurePosixPath(name)
    return file.suffix.lower() in {".txt", ".tsv"} and not file.name.startswith(("_", "."))


def _parse(source: str, content: bytes) -> Iterator[tuple[str, str]]:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line_number = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{source}, line {line_number}: not UTF-8 ({error.reason}); save the file as UTF-8"
        ) from error
    # Not splitlines(): that also splits at characters which may stand inside a sentence.
    for line_number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        columns = line.split("\t")
        if len(columns) not in {2, 3} or not columns[0].strip() or not columns[1].strip():
            raise ValueError(
                f"{source}, line {line_number}: expected English, a tab and the other language "
                f"(a third column is ignored), found {len(columns)} column(s): {line[:80]!r}"
            )
        yield columns[0], columns[1]
