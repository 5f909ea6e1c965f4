"""Failures of the evaluation. In: nothing. Out: one more branch of the tree.

::

    CitewellError
    └── WrongUse
        ├── QuestionSetInvalid     a question set or collection cannot be used as it is
        └── OutputExists           a run would be written over another
"""

from index.errors import WrongUse


class QuestionSetInvalid(WrongUse):
    """Lines of a question set that cannot be used; the message names each and why."""


class OutputExists(WrongUse):
    """The folder for the run already holds one."""
