"""Write environment.yml (for conda and Binder) with the versions of requirements.lock."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Written by `make lock` from requirements.lock; do not edit.
#
# For conda:   conda env create -f environment.yml
#              conda activate seq2seq-attention
#              jupyter lab notebooks/00-welcome.ipynb
# The tests want the settings of the Makefile: run them with `make test`.
# Binder reads this file too.
name: seq2seq-attention
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def environment(lock: str) -> str:
    """Return the text of environment.yml for the text of a lock file."""
    pins = re.findall(r"^[a-z0-9].*==.*?(?= *\\?$)", lock, flags=re.MULTILINE)
    # The last entry is the package itself, as an editable installation.
    return HEADER + "".join(f'      - "{entry}"\n' for entry in [*pins, "-e ."])


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment((ROOT / "requirements.lock").read_text()))
