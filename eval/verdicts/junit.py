"""A Verdict for build servers. In: a Verdict. Out: JUnit XML, as Jenkins' junit-10.xsd has it."""

import re

from lxml import etree

from eval.verdicts.facts import run_facts
from eval.verdicts.gate_report import title
from eval.verdicts.verdict import Verdict

_SUITE = "citewell eval gate"
# characters that XML 1.0 cannot hold
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdict: Verdict) -> bytes:
    """One suite with a case for each check; the run's facts are its properties."""
    counts = {
        "tests": str(len(verdict.checks)),
        "failures": str(len(verdict.failed)),
        "errors": "0",
    }
    root = etree.Element("testsuites", counts)
    created = verdict.facts.created.partition("+")[0]  # without a zone, as the schema wants it
    suite = etree.SubElement(
        root,
        "testsuite",
        {"name": _SUITE, **counts, "skipped": "0", "time": "0", "timestamp": created},
    )
    properties = etree.SubElement(suite, "properties")
    for name, value in (
        ("command", verdict.facts.command),
        ("part", verdict.part),
        ("questions", str(verdict.questions)),
        *run_facts(verdict.facts),
    ):
        etree.SubElement(properties, "property", {"name": name, "value": _xml(value)})
    for check in verdict.checks:
        case = etree.SubElement(
            suite,
            "testcase",
            {"classname": f"gate.{check.kind}", "name": _xml(title(check)), "time": "0"},
        )
        if not check.passed:
            failure = etree.SubElement(
                case, "failure", {"type": check.kind, "message": _xml(check.sentence)}
            )
            failure.text = _xml(check.sentence)
    if verdict.notes:
        etree.SubElement(suite, "system-out").text = _xml("\n".join(verdict.notes))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _xml(text: str) -> str:
    """Control characters as escapes, since XML has no way to hold them."""
    return _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
