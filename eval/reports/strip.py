"""An interval as a small drawing. In: an Estimate. Out: inline SVG.

The scale runs from x = 0 to 100. A line goes from the low to the high end of the interval; one
without length, whose round ends make it a dot, stands at the mean. The numbers stand beside the
drawing, so it is hidden from screen readers.
"""

from markupsafe import Markup

from eval.statistics.interval import Estimate

_SVG = Markup(
    '<svg class="strip" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true"'
    ' focusable="false"><path d="M0 7H100M0 3V11M50 5V9M100 3V11"/>'
    '<line class="interval" x1="{low}" x2="{high}" y1="7" y2="7"/>'
    '<line class="mean" x1="{mean}" x2="{mean}" y1="7" y2="7"/></svg>'
)


def strip(value: Estimate, top: float = 1.0) -> Markup:
    """The interval on a scale from 0 to ``top``."""
    low, mean, high = (
        f"{100 * x / top if top else 0:.2f}" for x in (value.low, value.mean, value.high)
    )
    return _SVG.format(low=low, mean=mean, high=high)
