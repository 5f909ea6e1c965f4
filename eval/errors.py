"""Failures of the evaluation. In: nothing. Out: more branches of the tree.

::

    CitewellError
    ├── AskerGone                  the server that was asked does not answer any more
    ├── IndexChanged               the index changed while it was evaluated
    ├── QuestionFailed             a server refused a question or failed at it
    └── WrongUse
        ├── QuestionSetInvalid     a question set or collection cannot be used as it is
        ├── RunInvalid             a run folder cannot be used as it is
        ├── FloorsInvalid          a file of floors cannot be used as it is
        ├── MeasureUnknown         no measure has such a name
        ├── LoadInvalid            a load that cannot be put on a server
        ├── NothingToJudge         runs have no question in common, or nothing is asked of one
        └── OutputExists           something would be written over
"""

from index.errors import CitewellError, WrongUse


class AskerGone(CitewellError):
    """No answer comes from the server; what was asked so far is kept."""


class IndexChanged(CitewellError):
    """Answers of one run came from different indexes, so that they cannot be averaged."""


class QuestionFailed(CitewellError):
    """What a server said instead of an answer."""


class QuestionSetInvalid(WrongUse):
    """Lines of a question set that cannot be used; the message names each and why."""


class RunInvalid(WrongUse):
    """A folder that holds no run, an unfinished one, or one of something else."""


class FloorsInvalid(WrongUse):
    """What is wrong in a file of floors; the message names it and what it should be."""


class MeasureUnknown(WrongUse):
    """A name that no measure has; the message lists those there are."""


class LoadInvalid(WrongUse):
    """A load that asks nothing."""


class NothingToJudge(WrongUse):
    """There is nothing that a verdict could be about."""


class OutputExists(WrongUse):
    """What would be written is there already."""
