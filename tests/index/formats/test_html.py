"""HTML: what is seen and nothing else, in order, as blocks with exact offsets."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import FileRefused
from index.formats.html import DEEPEST, open_self_closed, read_html, read_xhtml
from tests.index.formats.made import headings_of


def text_of(body: str) -> str:
    return read_html(f"<!doctype html><body>{body}".encode()).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One  two\n three.<p>Four", "One two three.\n\nFour"),
        ("a<b>b</b>c <i>d</i>", "abc d"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("&lt;p&gt; &amp; caf&eacute; &#x1F600;&nbsp;x", "<p> & café 😀 x"),
        ("ex\u00adam&shy;ple", "example"),
        ("<p>a<!-- not this -->b</p>", "ab"),
        ("a<script>no()</script><style>p{}</style><template>no</template>b", "ab"),
        ("<noscript>no</noscript><p hidden>no</p><p aria-hidden='true'>no</p>yes", "yes"),
        ("<p style='color:red; DISPLAY : none'>no</p><i style='visibility:hidden'>no</i>y", "y"),
        ("<p hidden><b>no</b></p><p>yes", "yes"),
        ("<img alt='no' src=x><input value=no><select><option>no</select>yes", "yes"),
        ("<pre>\n  if a:\n\n    b  \n</pre>after", "  if a:\n\n    b\n\nafter"),
        ("<pre>a<br>b</pre>", "a\nb"),
        ("a<pre> \n </pre>b", "a\n\nb"),
        ("before<ul><li>a<li>b<ul><li>c</ul><li><p>d<p>e</ul>after",
         "before\n\n- a\n- b\n- c\n- d\n\ne\n\nafter"),
        ("<ol><li><li>x</ol>", "- x"),
        ("<dl><dt>word<dd>meaning</dl>", "word\nmeaning"),
        ("<table><caption>T</caption><tr><th>a<th>b<tr><td>1<br>2<td><p>3</p><p>4</table>end",
         "T\n\n| a | b |\n| 1 2 | 3 4 |\n\nend"),
        ("<table><tr><td>x<td><tr><td><td></table>", "| x |  |"),
        ("<table><tr><td><h2>In</h2><p>layout<td>next</table>", "In\n\nlayout\n\nnext"),
        ("<table><tr><td>out<table><tr><td>a<td>b</table></table>", "out\n\n| a | b |"),
        ("<table><tr><td>a<math><tr><td>b</math>c<td>d</table>", None),
        ("<h1>A <b>b</b><br>c</h1>x", "A b c\n\nx"),
        ("<svg><text>no</text></svg><textarea>no</textarea>yes", "yes"),
        ("ab&#0;&#xD800;&#x7f;c", None),
        ("", ""),
    ],
)  # fmt: skip
def test_blocks(body: str, text: str | None) -> None:
    found = text_of(body)
    assert text is None or found == text
    assert not re.search("[\x00\ud800\x7f]", found)


def test_no_text_is_lost_in_odd_tables() -> None:
    for body in (
        "<table><tr><td>a<math><tr><td>b</math>c<td>d</table>",
        "<h1><div><table><tr><td>a<h1>b</h1>c</td><td>d</td></tr></table></div></h1>",
        "<table>a<tr>b<td>c<td>d</table>",
        "<table><tr><td>a<ul><li>b</ul><td>c</table>d",
        "<li><table><tr><td>a<td>b</table><li>c</li>d",
    ):
        assert "".join(re.findall("[a-d]", text_of(body))) in ("abcd", "bacd")


def test_title_and_headings() -> None:
    parsed = read_html(
        b"<html><head><title> The\n title </title></head><body><nav>menu</nav><h1>First</h1>a"
        b"<ul><li><h3>In  a <i>list</i></h3></ul><h2></h2><h6>Last</h6></body>"
    )
    assert parsed.title == "The title"
    assert headings_of(parsed) == [(1, "First"), (3, "In a list"), (6, "Last")]
    assert "title" not in parsed.text
    assert read_html(b"<h2>no</h2><h1>yes</h1>").title == "yes"
    assert read_html(b"<title> </title><h2>first of all</h2>").title == "first of all"
    assert read_html(b"just text").title is None
    assert read_html(b"").text == ""


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=windows-1251>", "cp1251"),
        ("<META http-equiv=content-type content='text/html; charset=koi8-r'>", "koi8-r"),
        ('<?xml version="1.0" encoding="iso-8859-5"?>', "iso8859-5"),
        ("<meta charset='utf-16'>", "utf-8"),
        ("<meta charset='iso-8859-1'>", "utf-8"),
        ("<meta charset='no-such'>", "cp1251"),
        ("<meta charset='us-ascii'>", "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_the_encoding_is_the_declared_one_unless_it_cannot_be(head: str, encoding: str) -> None:
    said = "Договор аренды заканчивается в декабре, и это не на год."
    assert said in read_html(f"{head}<p>{said}</p>".encode(encoding)).text


def test_latin_1_means_what_browsers_take_it_for() -> None:
    assert read_html(b"<meta charset=iso-8859-1>\x93caf\xe9\x94 \x80").text == "“café” €"


def test_elements_that_close_themselves_are_those_of_xml() -> None:
    page = b"<html><head><title/><script src='a'/></head><body><p/>seen<br/>too<a id='x'/></body>"
    assert read_xhtml(page).text == "seen\ntoo"
    assert read_html(page).text == ""
    assert open_self_closed("<br/><p a='b' /><x:y/>") == "<br/><p a='b'></p><x:y></x:y>"
    assert open_self_closed("<" + "a" * 200_000) == "<" + "a" * 200_000


def test_deep_nesting_is_refused_at_once() -> None:
    with pytest.raises(FileRefused, match="elements more than 10000 deep"):
        read_html(b"<div>" * 1_000_000)
    assert text_of("<div>" * (DEEPEST - 1) + "deep").strip() == "deep"
    assert text_of("<p>a" * 20_000).count("a") == 20_000


words = st.text(st.sampled_from("abcdé😀|-#> \n\t<&"), min_size=1, max_size=12)
TAGS = ("p", "div", "b", "span", "ul", "li", "table", "tr", "td", "h1", "h3", "pre", "br", "a",
        "section", "button", "math", "blockquote", "ol", "dl", "dd", "center", "font")  # fmt: skip
trees = st.recursive(
    words.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(trees, max_size=5))
def test_every_character_that_is_seen_stays_in_order(parts: list[str]) -> None:
    body = "".join(parts)
    parsed = read_html(f"<!doctype html><body>{body}".encode())
    headings_of(parsed)
    assert parsed.text == parsed.text.strip("\n")
    if "<table" not in body and "<t" not in body:  # those move what stands beside cells
        seen = re.sub(r"<[^>]*>", "", body).replace("&lt;", "<").replace("&amp;", "&")
        left = iter(parsed.text)
        assert all(character in left for character in seen if not character.isspace())


@settings(max_examples=200, deadline=None)
@given(st.lists(trees, max_size=5))
def test_letters_are_never_lost_or_made(parts: list[str]) -> None:
    body = "".join(parts)
    shown = re.sub(r"<[^>]*>", "", body)
    shown = shown.replace("&lt;", "").replace("&amp;", "")
    found = read_html(f"<!doctype html><body>{body}".encode()).text
    for letter in "abcdé😀":
        assert found.count(letter) == shown.count(letter)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        headings_of(read_html(b"<table><h1><li>" + content))
    except FileRefused as error:
        assert str(error)
