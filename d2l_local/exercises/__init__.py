"""Exercises that check themselves: `check` says whether an answer is right, `hint` helps.

The exercise notebooks use both. A teacher's hidden tests use `grade`. Each chapter's tasks live in
modules of their own, `chapter_04_masks` and others for chapter 04.
"""

from .checking import check, evaluate, grade, hint

__all__ = ["check", "evaluate", "grade", "hint"]
