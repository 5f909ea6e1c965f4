"""What is printed is what was said, and Ctrl-C can come while it is being printed."""

import io
import os
import signal
import sys

import pytest

from index.console import messages, output, progress


@pytest.mark.parametrize("text", [":warning: [bold]as it stands[/bold] :smile:", "1 [2] C:\\x"])
def test_texts_are_printed_as_they_stand(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.print(text)
    messages.print(text)
    assert capsys.readouterr() == (f"{text}\n", f"{text}\n")


class Busy(io.StringIO):
    """A stream that is interrupted while it is written to, and cannot be entered twice."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = False

    def write(self, text: str) -> int:
        if self._writing:
            raise RuntimeError("reentrant call")
        self._writing = True
        os.kill(os.getpid(), signal.SIGINT)
        written = super().write(text)
        self._writing = False
        return written


def test_an_interrupt_while_printing_is_taken(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    busy = Busy()
    monkeypatch.setattr(sys, "stderr", busy)
    with pytest.raises(KeyboardInterrupt), progress() as report:
        report("step", 1, 2)
    assert busy.getvalue() == "step 1/2\n"
    assert "finishing what was begun; Ctrl-C again stops at once\n" in capfd.readouterr().err
