"""Wrong use of ``compare`` and ``gate``. In: nothing. Out: more branches of the tree.

::

    WrongUse
    ├── FloorsInvalid     a file of floors cannot be used as it is
    ├── MeasureUnknown    no measure has such a name
    └── NothingToJudge    runs have no question in common, or nothing is asked of a run
"""

from index.errors import WrongUse


class FloorsInvalid(WrongUse):
    """What is wrong in a file of floors; the message names it and what it should be."""


class MeasureUnknown(WrongUse):
    """A name that no measure has; the message lists those there are."""


class NothingToJudge(WrongUse):
    """There is nothing that a verdict could be about."""
