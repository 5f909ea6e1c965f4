"""Encodings: what is certain is read, what is not is refused."""

import codecs
import random
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import FileRefused
from index.formats.encoding import decode
from index.formats.guess import SAMPLE, guess_encoding

SENTENCES = {
    "The café’s owner said — “we’re closed for the £5” – and went home.": ["cp1252"],
    "Le château était fermé depuis longtemps, mais le garçon espérait y être reçu bientôt.": [
        "cp1252",
        "latin-1",
    ],
    "Le cœur de la ville coûte 5 € pour les élèves ; c’est très cher.": ["cp1252"],
    "Le cœur de la ville coûte 5 € pour les élèves; c'est très cher.": ["iso8859-15"],
    "Die Straße nach München führt über schöne Hügel; die Gäste möchten früh ankommen.": [
        "cp1252",
        "latin-1",
    ],
    "El niño pequeño comió piñas y después corrió hacia el río con su tía María.": ["cp1252"],
    "Não há razão para que a eleição não aconteça amanhã; os órgãos públicos estão prontos.": [
        "cp1252"
    ],
    "Den gamla båten låg kvar på ön där två män hade byggt sin stuga, långt från någon väg.": [
        "cp1252"
    ],
    "Wczoraj byliśmy w Łodzi i zwiedziliśmy piękne muzeum, które się nam podobało.": [
        "cp1250",
        "iso8859-2",
    ],
    "Příliš žluťoučký kůň úpěl ďábelské ódy v městě a všichni ho slyšeli.": ["cp1250"],
    "İstanbul Boğazı'nın iki yakasında yaşayan insanlar güneşli bir günde vapura biner.": [
        "cp1254"
    ],
    "Договор аренды заканчивается в декабре, после чего квартиру нужно освободить.": [
        "cp1251",
        "koi8-r",
        "cp866",
        "iso8859-5",
    ],
    "Київ є столицею України та найбільшим містом країни.": ["cp1251", "koi8-u"],
    "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας και η μεγαλύτερη πόλη της χώρας.": ["cp1253"],
    "ירושלים היא עיר הבירה של מדינת ישראל והעיר הגדולה ביותר בה.": ["cp1255"],
    "القاهرة هي عاصمة مصر وأكبر مدنها من حيث عدد السكان.": ["cp1256"],
    "東京は日本の首都であり、世界最大の都市のひとつです。": ["shift-jis", "euc-jp", "iso2022-jp"],
    "서울은 대한민국의 수도이며 가장 큰 도시이다. 한강이 도시를 가로지른다.": ["euc-kr", "cp949"],
    "北京是中华人民共和国的首都，是全国的政治和文化中心。": ["gb18030", "gbk"],
    "臺北市是中華民國的首都，也是臺灣的政治、文化中心。": ["big5"],
}
CASES = [(text, encoding) for text, encodings in SENTENCES.items() for encoding in encodings]


@pytest.mark.parametrize(("text", "encoding"), CASES)
def test_a_sentence_in_an_old_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [*SENTENCES, "The lease ends in December of next year.\r\n"])
def test_utf16_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
    assert decode(("\ufeff" + text).encode(encoding)) == text


@given(st.text().filter(lambda text: "\x00" not in text and "\x1b$" not in text))
@example("\ufeff")
@example("")
def test_what_has_a_mark_is_what_the_mark_says(text: str) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        marked = ("\ufeff" + text).encode(encoding)
        if encoding != "utf-16-le" or not text.startswith("\x00"):
            assert decode(marked) == text


def test_every_part_of_a_sentence_is_read_right_or_refused() -> None:
    read = 0
    for sentence, encoding in CASES:
        separator = " " if " " in sentence else ""
        parts = sentence.split(" ") if separator else list(sentence)
        for start, end in combinations(range(len(parts) + 1), 2):
            text = separator.join(parts[start:end])
            content = text.encode(encoding)
            try:
                found = decode(content)
            except FileRefused as error:
                assert "cannot be told" in str(error) or "NUL" in str(error)
            else:
                read += 1
                assert found in (text, content.decode("utf-8", "ignore"))
    assert read > 2800


def test_noise_is_refused() -> None:
    noise = random.Random(7)
    for length in [*range(1, 60), 200, 1000, 5000, 100_000]:
        content = b"\xff" + noise.randbytes(length)
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            continue
        with pytest.raises(FileRefused, match=r"cannot be told|NUL|UTF"):
            decode(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", r"is not UTF-8 text \(byte 0\), and what it is cannot be told for certain"),
        (b"abc\xe9def", r"byte 3\).*save it as UTF-8"),
        (b"caf\xe9", "cannot be told"),
        (b"\xef\xbb\xbfabc\xff", r"is not UTF-8 text \(byte 6\) as it seems to be"),
        (b"\xff\xfea\x00b", r"is not UTF-16-LE text \(byte 4\)"),
        (b"\xff\xfe\x00\xd8a\x00", r"is not UTF-16-LE text \(byte 2\)"),
        (b"abc\x00def", "holds NUL bytes"),
        (b"\xff\xfea\x00\x00\x00b\x00", "holds NUL bytes"),
        (b"\x7fELF\x02\x01\x01" + bytes(40), "holds NUL bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "cannot be told"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        decode(content)


def test_a_large_text_is_judged_by_lines_that_tell_and_decoded_whole() -> None:
    plain = "The owner of the house was not at home, and nobody was in it.\n" * 20_000
    text = plain + "The café of the town was “closed”.\n" + plain
    assert len(text) > 10 * SAMPLE
    assert decode(text.encode("cp1252")) == text
    with pytest.raises(FileRefused, match=r"is not CP1252 text \(byte \d+\) as it seems to be"):
        decode(text.encode("cp1252") + b"\x81\n")
    japanese = "これは日本語の文章です。東京は日本の首都である。\n" * 9000
    assert decode(japanese.encode("shift-jis")) == japanese
    assert decode(japanese.replace("\n", "").encode("utf-16-le")) == japanese.replace("\n", "")


def test_an_escape_alone_is_not_japanese() -> None:
    assert decode(b"cost \x1b$5 \xc3\xa9") == "cost \x1b$5 é"
    assert guess_encoding(b"plain") is None
