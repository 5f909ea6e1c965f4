"""Pages from templates. In: a template's name and what it shows. Out: HTML.

Whatever documents, questions and errors say is escaped by the template; control characters,
which are no HTML, are shown as signs.
"""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from index.visible import visible
from service.asking.previous import MOST_CITATIONS
from service.asking.question import LONGEST_QUESTION
from service.web.plain.wording import FILTERS

if TYPE_CHECKING:
    from jinja2 import Environment


def _visible(value: object) -> object:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    # A carriage return as it is would become a line feed.
    return Markup(str(escape(visible(value))).replace("\r", "&#13;"))  # noqa: S704 - escaped


@cache
def _environment() -> "Environment":
    # Imported here: most services show no such page, and all of them have to start.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("service.web.plain", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_visible,
    )
    environment.filters |= FILTERS
    environment.globals |= {"longest": LONGEST_QUESTION, "most_cited": MOST_CITATIONS}
    return environment


def render(template: str, **shown: object) -> str:
    """The page of a template of this package."""
    return _environment().get_template(f"{template}.html.j2").render(**shown)
