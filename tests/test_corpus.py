"""Real sentence pairs: the reader, and the download against a local server that misbehaves."""

import hashlib
import io
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2l_local.corpus import (
    MAX_UNPACKED_BYTES,
    DownloadError,
    fetch_fra_eng,
    load_fra_eng,
    read_pairs,
)

ROOT = Path(__file__).resolve().parents[1]
REAL_CORPUS = ROOT.parent / "shared" / "data" / "fra-eng.zip"

PAIRS = [("Go.", "Va !"), ("I'm OK.", "Je vais bien."), ("I won!", "J'ai gagné\u202f!")]
TEXT = "".join(f"{english}\t{french}\n" for english, french in PAIRS)


def make_zip(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def sha1_of(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()


# Stored uncompressed and repeated, so that it takes many pieces to send.
ARCHIVE = make_zip({"fra.txt": TEXT * 5_000, "_about.txt": "About this file"})
SHA1 = sha1_of(ARCHIVE)
HALF = len(ARCHIVE) // 2


# The reader


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("name", ["pairs.txt", "pairs.tsv"])
def test_two_columns_are_read_as_they_stand(write, name):
    assert read_pairs(write(name, TEXT)) == PAIRS


def test_a_third_column_of_attributions_is_ignored(write):
    text = TEXT.replace("\n", "\tCC-BY 2.0 (France) Attribution: tatoeba.org #1 & #2\n")
    assert read_pairs(write("fra.txt", text)) == PAIRS


def test_an_archive_reads_like_the_text_in_it(write):
    members = {"_about.txt": "About", "fra.txt": TEXT, "__MACOSX/._fra.txt": "x", "a.png": "x"}
    assert read_pairs(write("fra-eng.zip", make_zip(members))) == PAIRS


@pytest.mark.parametrize("num_examples", [1, 2, 3])
def test_exactly_the_first_num_examples_pairs_are_given(write, num_examples):
    assert read_pairs(write("fra.txt", TEXT), num_examples) == PAIRS[:num_examples]


@pytest.mark.parametrize("num_examples", [0, -1])
def test_fewer_than_one_example_is_refused(write, num_examples):
    with pytest.raises(ValueError, match=f"num_examples is {num_examples}; give at least 1"):
        read_pairs(write("fra.txt", TEXT), num_examples)


def test_more_examples_than_the_file_holds_are_refused(write):
    with pytest.raises(ValueError, match=r"num_examples is 4, but .*fra\.txt holds 3 pairs"):
        read_pairs(write("fra.txt", TEXT), 4)


@pytest.mark.parametrize(
    "text",
    ["\ufeff" + TEXT, TEXT.replace("\n", "\r\n"), TEXT + "\n\r\n", TEXT.removesuffix("\n")],
    ids=["byte order mark", "Windows line ends", "blank lines at the end", "no last line end"],
)
def test_the_habits_of_editors_do_not_change_the_pairs(write, text):
    assert read_pairs(write("fra.txt", text)) == PAIRS


sentences = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\t\r\n"), min_size=1
).filter(str.strip)


@given(st.lists(st.tuples(sentences, sentences), min_size=1))
def test_what_is_written_is_read_back_whatever_the_sentences(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    path.write_bytes("\n".join(map("\t".join, pairs)).encode("utf-8-sig"))
    assert read_pairs(path) == pairs


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no file of sentence pairs at .*absent\.txt"):
        read_pairs(tmp_path / "absent.txt")


@pytest.mark.parametrize("line", ["Wow! Ça alors !", "Wow!\t", "\tÇa alors !", "1\teng\tWow!\tfra"])
def test_a_line_that_is_no_pair_is_named_with_its_number(write, line):
    with pytest.raises(ValueError) as caught:
        read_pairs(write("fra.txt", TEXT + line + "\n"))
    assert "fra.txt, line 4: expected English, a tab and the other language" in str(caught.value)
    assert repr(line) in str(caught.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_text_in_another_encoding_is_refused_with_its_line(write, mark):
    content = mark + b"Go.\tVa !\n" + "Été.\tSummer.\n".encode("latin-1")
    with pytest.raises(ValueError, match=r"fra\.txt, line 2: not UTF-8"):
        read_pairs(write("fra.txt", content))


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file_is_refused(write, content):
    with pytest.raises(ValueError, match=r"fra\.txt is empty"):
        read_pairs(write("fra.txt", content))


def test_an_archive_without_a_text_file_is_refused(write):
    with pytest.raises(ValueError, match="exactly one .* holds 0: none"):
        read_pairs(write("fra-eng.zip", make_zip({"_about.txt": "About", "fra.png": "x"})))


def test_an_archive_with_two_candidates_is_refused_and_both_are_named(write):
    with pytest.raises(ValueError, match=r"exactly one .* holds 2: deu\.txt, fra\.tsv"):
        read_pairs(write("fra-eng.zip", make_zip({"deu.txt": TEXT, "fra.tsv": TEXT})))


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Log in first</html>", ARCHIVE[:HALF], ARCHIVE.replace(b"gagn", b"Gagn", 1)],
    ids=["empty", "a web page", "cut", "one letter changed"],
)
def test_a_damaged_archive_is_refused(write, content):
    with pytest.raises(ValueError, match=r"fra-eng\.zip cannot be read as a zip archive"):
        read_pairs(write("fra-eng.zip", content))


ESCAPES = ["../fra.txt", "a/../../fra.txt", "/etc/fra.txt", r"..\fra.txt", r"C:\fra.txt"]


@pytest.mark.parametrize("name", ESCAPES)
def test_an_archive_that_points_outside_itself_is_refused(write, name):
    path = write("fra-eng.zip", make_zip({"fra.txt": TEXT, name: "x"}))
    with pytest.raises(ValueError, match="is not safe: its member .* points outside"):
        read_pairs(path)


def forge_size(path: Path, size: int) -> None:
    """Let the directory of a new archive at `path` declare `size` bytes for its one text."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fra.txt", TEXT)
        archive.infolist()[0].file_size = size


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path):
    forge_size(tmp_path / "bomb.zip", MAX_UNPACKED_BYTES + 1)
    with pytest.raises(ValueError, match=f"is not safe: .* {MAX_UNPACKED_BYTES + 1:,} bytes"):
        read_pairs(tmp_path / "bomb.zip")


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path):
    forge_size(tmp_path / "liar.zip", 9)
    with pytest.raises(ValueError, match=r"liar\.zip cannot be read as a zip archive"):
        read_pairs(tmp_path / "liar.zip")


def test_the_real_corpus_is_read_whole():
    if not REAL_CORPUS.exists():
        pytest.skip("the real corpus is not at ../shared/data/fra-eng.zip beside the repository")
    pairs = read_pairs(REAL_CORPUS)
    assert len(pairs) == 142_787
    assert pairs[0] == ("Go.", "Va !")
    assert read_pairs(REAL_CORPUS, num_examples=1_000) == pairs[:1_000]


# The download

Answer = Callable[[BaseHTTPRequestHandler], None]


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, length: int) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(length))
    request.end_headers()
    request.wfile.write(body)
    request.wfile.flush()


def whole(request: BaseHTTPRequestHandler) -> None:
    """The whole file, whether or not a range was asked for."""
    send(request, 200, ARCHIVE, len(ARCHIVE))


def cut(request: BaseHTTPRequestHandler) -> None:
    """Half of the file, then the end of the connection."""
    send(request, 200, ARCHIVE[:HALF], len(ARCHIVE))


def ranged(request: BaseHTTPRequestHandler) -> None:
    """The range that was asked for, as a server does that supports ranges."""
    asked = request.headers["Range"]
    if asked is None:
        return whole(request)
    rest = ARCHIVE[int(asked.removeprefix("bytes=").removesuffix("-")) :]
    if rest:
        return send(request, 206, rest, len(rest))
    return send(request, 416, b"", 0)


def file(content: bytes) -> Answer:
    return lambda request: send(request, 200, content, len(content))


def status(code: int) -> Answer:
    return lambda request: send(request, code, b"Sorry", 5)


class Server(ThreadingHTTPServer):
    """Gives its answers one after another, then the last one again; remembers the ranges asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.ranges: list[str | None] = []
        self.test_is_over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/fra-eng.zip"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up is part of the tests

    def silent(self, request: BaseHTTPRequestHandler) -> None:
        self.test_is_over.wait(60)

    def stalled(self, request: BaseHTTPRequestHandler) -> None:
        cut(request)
        self.test_is_over.wait(60)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers["Range"])
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        # shutdown() waits for the next poll of the loop.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.test_is_over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch, tmp_path):
    """No proxy between the test and its server, and never the cache of the person who tests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("D2L_LOCAL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where the archive belongs in the cache of the test."""
    return tmp_path / "cache" / "fra-eng.zip"


@pytest.fixture
def part(target: Path) -> Path:
    """Where an unfinished download waits."""
    return target.with_name("fra-eng.zip.part")


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/fra-eng.zip"


def files_in(cache: Path) -> dict[str, bytes]:
    """The files in the cache with their content, without the lock."""
    return {path.name: path.read_bytes() for path in cache.glob("*") if path.suffix != ".lock"}


def assert_fails(
    target: Path, url: str, reason: str, sha1: str = SHA1, timeout: float = 10
) -> None:
    """The fetch says the reason, the path and the URL, and leaves the archive as it was."""
    before = files_in(target.parent).get(target.name)
    with pytest.raises(DownloadError) as caught:
        fetch_fra_eng(url, sha1=sha1, timeout=timeout)
    message = str(caught.value)
    assert reason in message
    assert f"download {url}\n" in message
    assert f"put the file here: {target}\n" in message
    assert files_in(target.parent).get(target.name) == before


def test_a_first_fetch_downloads_and_a_second_one_does_not(server, target):
    server.answers = [whole]
    assert fetch_fra_eng(server.url, sha1=SHA1) == target
    assert fetch_fra_eng(server.url, sha1=SHA1) == target
    assert files_in(target.parent) == {"fra-eng.zip": ARCHIVE}
    assert len(server.ranges) == 1


def test_loading_fetches_and_reads(server):
    server.answers = [whole]
    assert load_fra_eng(2, url=server.url, sha1=SHA1) == PAIRS[:2]


def test_a_checksum_in_capital_letters_is_the_same_checksum(server, target):
    server.answers = [whole]
    assert fetch_fra_eng(server.url, sha1=SHA1.upper()) == target


def test_a_file_put_there_by_hand_needs_no_network_and_no_right_to_write(target, closed_port):
    target.parent.mkdir()
    target.write_bytes(ARCHIVE)
    assert fetch_fra_eng(closed_port, sha1=SHA1) == target
    assert list(target.parent.iterdir()) == [target]  # not even a lock


def test_the_cache_is_the_argument_or_the_variable_or_the_one_of_the_system(
    server, tmp_path, monkeypatch
):
    server.answers = [whole]
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "sys" / name))
    monkeypatch.setenv("D2L_LOCAL_CACHE", str(tmp_path / "variable"))
    argument = fetch_fra_eng(server.url, sha1=SHA1, cache_dir=tmp_path / "argument")
    variable = fetch_fra_eng(server.url, sha1=SHA1)
    monkeypatch.delenv("D2L_LOCAL_CACHE")
    system = fetch_fra_eng(server.url, sha1=SHA1)
    found = [path.relative_to(tmp_path).parent.as_posix() for path in (argument, variable, system)]
    assert found == ["argument", "variable", "sys/d2l_local"]


def test_the_path_is_absolute_even_if_the_cache_is_given_relative(server, tmp_path, monkeypatch):
    server.answers = [whole]
    monkeypatch.chdir(tmp_path)
    path = fetch_fra_eng(server.url, sha1=SHA1, cache_dir="here")
    assert path == tmp_path / "here" / "fra-eng.zip"


def test_a_wrong_checksum_keeps_the_file_out_of_the_cache(server, target):
    server.answers = [file(b"<html>Log in first</html>")]
    assert_fails(target, server.url, "the server sent another file than the expected one")
    assert files_in(target.parent) == {}


def test_a_cached_file_with_a_wrong_checksum_is_fetched_again(server, target):
    target.parent.mkdir()
    target.write_bytes(b"damaged")
    server.answers = [whole]
    assert fetch_fra_eng(server.url, sha1=SHA1).read_bytes() == ARCHIVE


def test_a_cached_file_with_a_wrong_checksum_is_neither_used_nor_touched_if_that_fails(
    target, closed_port
):
    target.parent.mkdir()
    target.write_bytes(b"damaged")
    assert_fails(target, closed_port, "there is no connection to the server")
    assert target.read_bytes() == b"damaged"


def test_a_cut_download_is_resumed_where_it_stopped(server, target, part):
    server.answers = [cut, ranged]
    assert_fails(target, server.url, "the connection was cut before the end")
    kept = part.stat().st_size
    assert 0 < kept <= HALF
    assert fetch_fra_eng(server.url, sha1=SHA1) == target
    assert server.ranges == [None, f"bytes={kept}-"]
    assert files_in(target.parent) == {"fra-eng.zip": ARCHIVE}


def test_a_server_that_ignores_the_range_is_understood(server, target):
    server.answers = [cut, whole]
    assert_fails(target, server.url, "the connection was cut before the end")
    assert fetch_fra_eng(server.url, sha1=SHA1) == target
    assert files_in(target.parent) == {"fra-eng.zip": ARCHIVE}
    assert len(server.ranges) == 2


@pytest.mark.parametrize(
    ("piece", "requests"),
    [(ARCHIVE, 1), (ARCHIVE + b"more", 2), (bytes(HALF), 2)],
    ids=["whole", "too long", "of another file"],
)
def test_any_old_piece_ends_in_the_right_file(server, target, part, piece, requests):
    target.parent.mkdir()
    part.write_bytes(piece)
    server.answers = [ranged]
    assert fetch_fra_eng(server.url, sha1=SHA1) == target
    assert files_in(target.parent) == {"fra-eng.zip": ARCHIVE}
    assert len(server.ranges) == requests


def test_a_server_that_stays_silent_is_given_up(server, target):
    server.answers = [server.silent]
    assert_fails(target, server.url, "the server was silent for 0.3 seconds", timeout=0.3)
    assert files_in(target.parent) == {}


def test_a_server_that_falls_silent_in_the_middle_is_given_up_and_resumed(server, target):
    server.answers = [server.stalled, ranged]
    assert_fails(target, server.url, "the server was silent for 0.3 seconds", timeout=0.3)
    assert fetch_fra_eng(server.url, sha1=SHA1).read_bytes() == ARCHIVE
    assert server.ranges[0] is None
    assert server.ranges[1] is not None


@pytest.mark.parametrize(
    ("code", "reason"), [(404, "404 Not Found"), (500, "500 Internal Server Error")]
)
def test_an_error_of_the_server_is_reported(server, target, code, reason):
    server.answers = [status(code)]
    assert_fails(target, server.url, f"the server answered {reason}")
    assert files_in(target.parent) == {}


def test_an_error_of_the_server_does_not_cost_the_piece_already_there(server, target, part):
    target.parent.mkdir()
    part.write_bytes(ARCHIVE[:HALF])
    server.answers = [status(500)]
    assert_fails(target, server.url, "the server answered 500")
    assert part.read_bytes() == ARCHIVE[:HALF]


def test_a_refused_connection_is_reported(target, closed_port):
    assert_fails(target, closed_port, "there is no connection to the server")
    assert files_in(target.parent) == {}


def test_a_cache_that_cannot_be_made_is_reported(tmp_path, target, closed_port):
    target.parent.write_text("a file where the directory should be")
    assert_fails(target, closed_port, "File exists")


@pytest.mark.parametrize("name", ESCAPES)
def test_an_archive_that_points_outside_itself_is_kept_out_of_the_cache(server, target, name):
    unsafe = make_zip({"fra.txt": TEXT, name: "x"})
    server.answers = [file(unsafe)]
    assert_fails(target, server.url, "is not safe", sha1=sha1_of(unsafe))
    assert files_in(target.parent) == {}
    assert not list(target.parent.parent.glob("*.txt"))


@pytest.mark.parametrize("timeout", [0, -1])
def test_a_time_out_that_is_no_time_is_refused(closed_port, timeout):
    with pytest.raises(ValueError, match=f"timeout is {timeout}; give a number of seconds above 0"):
        fetch_fra_eng(closed_port, timeout=timeout)


def start_fetch(server: Server) -> subprocess.Popen[str]:
    """Another process, ready to fetch as soon as `go` tells it."""
    code = (
        "from d2l_local.corpus import fetch_fra_eng\n"
        "print('ready')\n"
        "input()\n"
        f"print(fetch_fra_eng({server.url!r}, sha1={SHA1!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == "ready\n", process.communicate()
    return process


def go(process: subprocess.Popen[str]) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def test_two_processes_that_fetch_at_once_download_once(server, target):
    def slow(request: BaseHTTPRequestHandler) -> None:
        time.sleep(1)  # long enough for the other process to ask as well, if nothing stops it
        whole(request)

    server.answers = [slow]
    first, second = start_fetch(server), start_fetch(server)
    go(first)
    go(second)
    first_out, first_err = first.communicate(timeout=60)
    second_out, second_err = second.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0), first_err + second_err
    assert first_out.strip() == second_out.strip() == str(target)
    assert files_in(target.parent) == {"fra-eng.zip": ARCHIVE}
    assert len(server.ranges) == 1


def test_a_process_killed_in_the_middle_holds_nobody_up(server, target, part):
    server.answers = [server.stalled, ranged]
    process = start_fetch(server)
    go(process)
    deadline = time.monotonic() + 60
    while not part.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=60)
    assert part.exists()
    assert fetch_fra_eng(server.url, sha1=SHA1).read_bytes() == ARCHIVE
    assert server.ranges[1] is not None
