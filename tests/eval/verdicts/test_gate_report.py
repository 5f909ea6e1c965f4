"""A verdict as a table, as workflow commands and as JUnit XML."""

from dataclasses import replace

import pytest
from lxml import etree

from eval.verdicts.gate_report import github, markdown
from eval.verdicts.junit import junit
from eval.verdicts.verdict import Check, Verdict
from tests.eval.verdicts.runs_made import FACTS

PASSED = Check("regression", "mrr", True, "mrr is 0.500 as before")
FAILED = Check("floor", "hit@5 of a: b, c", False, "5 % less\nthan a|b: 0.1, <0.2>\r")
VERDICT = Verdict(FACTS, "test part", 66, (PASSED, FAILED), ("2 questions are new",))

# The structure that Jenkins' junit-10.xsd asks for, as far as a gate writes it.
SCHEMA = etree.XMLSchema(
    etree.XML(
        """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="seconds"><xs:restriction base="xs:string">
    <xs:pattern value="[0-9]+(\\.[0-9]*)?"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="local"><xs:restriction base="xs:dateTime">
    <xs:pattern value="[^Z+]*"/></xs:restriction></xs:simpleType>
  <xs:attributeGroup name="counts">
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
  </xs:attributeGroup>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="name" type="xs:string"/><xs:attribute name="time" type="seconds"/>
    <xs:attributeGroup ref="counts"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType><xs:sequence>
    <xs:element name="properties" minOccurs="0"><xs:complexType><xs:sequence>
      <xs:element name="property" maxOccurs="unbounded"><xs:complexType>
        <xs:attribute name="name" type="xs:string" use="required"/>
        <xs:attribute name="value" type="xs:string" use="required"/>
      </xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:sequence><xs:element name="failure" minOccurs="0" maxOccurs="unbounded">
        <xs:complexType mixed="true">
          <xs:attribute name="type" type="xs:string"/>
          <xs:attribute name="message" type="xs:string"/>
        </xs:complexType></xs:element></xs:sequence>
      <xs:attribute name="name" type="xs:string" use="required"/>
      <xs:attribute name="classname" type="xs:string"/>
      <xs:attribute name="time" type="seconds"/>
    </xs:complexType></xs:element>
    <xs:element name="system-out" type="xs:string" minOccurs="0"/>
    <xs:element name="system-err" type="xs:string" minOccurs="0"/>
  </xs:sequence>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attributeGroup ref="counts"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
    <xs:attribute name="time" type="seconds"/>
    <xs:attribute name="timestamp" type="local"/>
    <xs:attribute name="hostname" type="xs:string"/>
  </xs:complexType></xs:element>
</xs:schema>"""
    )
)


def _suite(verdict: Verdict) -> etree._Element:
    root = etree.fromstring(junit(verdict))
    SCHEMA.assertValid(root)
    return root[0]


def test_the_table_has_the_failed_checks_first() -> None:
    lines = markdown(VERDICT).split("\n")
    assert lines[0] == "# Gate failed: 1 of 2 checks on 66 questions (test part)"
    assert "- note: 2 questions are new" in lines
    rows = [line for line in lines if line.startswith("| ")][1:]
    assert rows == [
        "| hit@5 of a: b, c | floor | **FAILED** | 5 % less than a\\|b: 0.1, <0.2> |",
        "| mrr | against the baseline | passed | mrr is 0.500 as before |",
    ]


def test_no_text_steers_the_terminal() -> None:
    check = Check("floor", "\x1b[2J", False, "\x1b[2J")
    facts = replace(FACTS, command="\x1b[2J")
    text = markdown(replace(VERDICT, facts=facts, checks=(check,), notes=("\x1b[2J",)))
    assert (text.count("␛[2J"), "\x1b" in text) == (4, False)


def test_workflow_commands_are_one_line_each_and_escaped() -> None:
    assert github(VERDICT).split("\n") == [
        "::error title=hit@5 of a%3A b%2C c (floor)::5 %25 less%0Athan a|b: 0.1, <0.2>%0D",
        "::notice title=citewell eval gate::failed: 1 of 2 checks on 66 questions (test part). 2 "
        "questions are new",
    ]


def test_a_passed_gate_is_a_notice_only() -> None:
    passed = replace(VERDICT, checks=(PASSED,), notes=())
    assert github(passed) == (
        "::notice title=citewell eval gate::passed: 1 of 1 checks on 66 questions (test part)"
    )
    assert markdown(passed).startswith("# Gate passed: 1 of 1 checks")


def test_junit_counts_and_names_every_check() -> None:
    suite = _suite(VERDICT)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert [(c.get("classname"), c.get("name"), len(c)) for c in suite.iter("testcase")] == [
        ("gate.regression", "mrr (against the baseline)", 0),
        ("gate.floor", "hit@5 of a: b, c (floor)", 1),
    ]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == FAILED.sentence
    assert suite.findtext("system-out") == "2 questions are new"


def test_junit_holds_the_facts_of_the_run() -> None:
    found = {p.get("name"): p.get("value") for p in _suite(VERDICT).iter("property")}
    assert found["command"] == "citewell eval questions.jsonl"
    assert found["index digest"] == "cdcdcdcdcdcd"
    assert (found["setting pool"], found["setting ranking"]) == ("200", "not set")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufffe", "\ud800"])
def test_what_xml_cannot_hold_is_escaped(character: str) -> None:
    strange = Check("floor", f"hit@5 of {character}", False, f"tagged {character}")
    facts = replace(FACTS, command=f"citewell {character}")
    case = _suite(replace(VERDICT, facts=facts, checks=(strange,))).find("testcase")
    assert case is not None
    assert case.get("name") == f"hit@5 of \\u{ord(character):04x} (floor)"


def test_the_schema_of_this_test_refuses_what_is_wrong() -> None:
    assert not SCHEMA.validate(etree.XML("<testsuites tests='1' failures='0' errors='0'/>"))
    assert not SCHEMA.validate(etree.XML(junit(VERDICT).replace(b'name="mrr', b'nom="mrr')))
