"""Write the QR code of the discussion forum, as linked in chapter 05."""

from pathlib import Path

import segno

FORUM = "https://discuss.d2l.ai"

if __name__ == "__main__":
    code = segno.make(FORUM, error="m")
    # A light ground and a quiet zone of four modules, so that it reads on a dark page too.
    code.save(str(Path(__file__).with_name("discussion-qr.png")), scale=5, border=4)
