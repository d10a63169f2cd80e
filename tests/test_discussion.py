"""The QR code of chapter 05 leads where the link beside it leads."""

import importlib.util
from pathlib import Path

import zxingcpp
from PIL import Image

ROOT = Path(__file__).parents[1]
IMAGE = ROOT / "img" / "discussion-qr.png"


def forum() -> str:
    spec = importlib.util.spec_from_file_location(
        "discussion_qr", IMAGE.parent / "discussion_qr.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FORUM


def test_qr_code_can_be_decoded_and_is_the_link_in_the_chapter():
    codes = zxingcpp.read_barcodes(Image.open(IMAGE))
    assert [code.text for code in codes] == [forum()]
    chapter = (ROOT / "notebooks" / "05-seq2seq-with-attention.md").read_text("utf-8")
    assert f"<{forum()}>" in chapter
    assert f"../img/{IMAGE.name}" in chapter
