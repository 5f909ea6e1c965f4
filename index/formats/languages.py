"""What tells languages apart in old encodings. In: nothing. Out: LANGUAGES, frozen records.

Letters are those beyond ASCII; words are among the commonest of the language.
"""

import re
from dataclasses import dataclass

_LATIN1, _LATIN2, _CYRILLIC = ("cp1252", "iso8859_15"), ("cp1250", "iso8859_2"), ("cp1251",)
_RUSSIAN = (*_CYRILLIC, "koi8_r", "cp866", "iso8859_5")


@dataclass(frozen=True, slots=True)
class Language:
    """A language, the encodings it was written in, its letters and its commonest words.

    Without spaces between words, ``common`` holds characters instead.
    """

    name: str
    encodings: tuple[str, ...]
    letters: re.Pattern[str]
    common: frozenset[str]
    spaced: bool = True


def _spaced(name: str, encodings: tuple[str, ...], letters: str, words: str) -> Language:
    pattern = re.compile(f"[{letters}{letters.upper()}]")
    return Language(name, encodings, pattern, frozenset(words.split()))


def _unspaced(name: str, encodings: tuple[str, ...], letters: str, common: str) -> Language:
    return Language(name, encodings, re.compile(f"[{letters}]"), frozenset(common), spaced=False)


_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßªº"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\u3005\uff10-\uff5a"
_KANA = "".join(map(chr, range(0x3041, 0x3094)))

LANGUAGES = (
    _spaced(
        "English",
        _LATIN1,
        _WESTERN,
        "the of and to in is that for it was with as his on be at by had not are but from or have"
        " an they which one you were all her she there would their we him been has when who will no"
        " more if out so said what up its about into than them can only other",
    ),
    _spaced(
        "French",
        _LATIN1,
        _WESTERN,
        "le la les de des du et est un une que qui dans pour pas sur au aux avec ce cette il elle"
        " nous vous ne par plus sont mais ou son sa ses se leur en était été très où même",
    ),
    _spaced(
        "German",
        _LATIN1,
        _WESTERN,
        "der die das und ist in den von zu mit sich des auf für im dem nicht ein eine als auch"
        " es an"
        " werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über so zum war"
        " haben nur oder aber vor zur bis mehr durch man kann ich wir",
    ),
    _spaced(
        "Spanish",
        _LATIN1,
        _WESTERN,
        "de la que el en y los se del las un por con no una su para es al lo como más o pero sus le"
        " ha me si sin sobre este ya entre cuando todo esta ser son dos también fue hasta desde",
    ),
    _spaced(
        "Portuguese",
        _LATIN1,
        _WESTERN,
        "de que e o a do da em um para é com não uma os no se na por mais as dos como mas foi"
        " ao ele"
        " das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso",
    ),
    _spaced(
        "Italian",
        _LATIN1,
        _WESTERN,
        "di che è e la il un a per in una mi non sono ho lo ma ha le si ti con da del della dei più"
        " anche come al alla nel nella questo questa gli i cosa se perché o delle ed era",
    ),
    _spaced(
        "Dutch",
        _LATIN1,
        _WESTERN,
        "de het een en van ik te dat die in is je niet zijn op met voor hij er aan was om ook"
        " als dan"
        " maar bij nog uit door naar heeft wordt over deze geen worden",
    ),
    _spaced(
        "Nordic",
        _LATIN1,
        _WESTERN,
        "och att det som en på är av för med den till inte har de ett om i jag var han men sig"
        " så från"
        " vi kan og er til ikke et å jeg ikkje seg fra blev ved eller ja on ei että se hän oli"
        " mutta"
        " kuin ovat hade sin där ok það sem við",
    ),
    _spaced(
        "Polish",
        _LATIN2,
        "ąćęłńóśźż",
        "i w na z się nie do to że jest o jak po co ale za od przez tym dla był są tego ich"
        " jego być"
        " jej może już który która które oraz lub także go tak ze czy pod",
    ),
    _spaced(
        "Czech and Slovak",
        _LATIN2,
        "áäčďéěíĺľňóôŕřšťúůýž",
        "a v se na je že s z do o i to k ve pro za by ale si po jsem jako tak od který která"
        " které jeho"
        " byl jsou ze už nebo až při sa so aj nie ako však či podľa sú",
    ),
    _spaced(
        "Hungarian",
        _LATIN2,
        "áéíóöőúüű",
        "a az és hogy nem is egy volt ez de csak meg már mint el ha azt még kell vagy van ki be"
        " lesz"
        " minden itt után amely között",
    ),
    _spaced(
        "Croatian and Slovene",
        _LATIN2,
        "čćđšž",
        "je i u na se da za su od s nije o koji koja kao a ne bio iz po ali što ili sa in v ki"
        " pa so"
        " bi ni tudi lahko pri kot",
    ),
    _spaced(
        "Romanian",
        ("cp1250", "iso8859_2", "iso8859_16"),
        "ăâîşţșț",
        "și şi de a în la cu pe o nu un din care să este că mai pentru sa au fost prin se al"
        " sau le",
    ),
    _spaced(
        "Turkish",
        ("cp1254",),
        "çğıöşüâîûiI\u0130",
        "bir ve bu için de da ile çok o ne gibi daha en kadar sonra olarak olan var değil ama"
        " her ise"
        " mi ki iki ben yok diye",
    ),
    _spaced(
        "Baltic",
        ("cp1257",),
        "ąčęėįšųūžāēģīķļņõäöü",
        "ir kad į iš su kaip yra bet ar tai jo o savo buvo nuo po un par ka no ar uz kas tas"
        " bija ir"
        " ja on ei et ta see oli kui aga ning",
    ),
    _spaced(
        "Russian",
        _RUSSIAN,
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
        "и в не на я что он с как а то это по но из у за от так же для бы все его было вы мы"
        " они была"
        " о к до или если только когда уже при есть был чем где ли со является после",
    ),
    _spaced(
        "Ukrainian",
        (*_CYRILLIC, "koi8_u", "iso8859_5"),
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "і в не на що з у до та як за це є від по він а про його але й для були або так при також",
    ),
    _spaced(
        "Bulgarian and Serbian",
        (*_CYRILLIC, "iso8859_5"),
        "абвгдђежзийјклљмнњопрстћуфхцчџшщъьюя",
        "на и да в се за от с е по не са че като до а са при или което което това беше който у"
        " је су"
        " што од као",
    ),
    _spaced(
        "Greek",
        ("cp1253", "iso8859_7"),
        "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",
        "και το να του η της με που για την από στο είναι ο τα τον θα οι σε των μια ένα δεν"
        " στην στη"
        " ότι τις τους αυτό ως ήταν",
    ),
    _spaced(
        "Hebrew",
        ("cp1255", "iso8859_8"),
        "\u05b0-\u05ea",
        "של את על לא הוא זה עם כי גם היא אל או יש אם היה מה אבל אני כל בין אחד זו אך כמו",
    ),
    _spaced(
        "Arabic and Persian",
        ("cp1256", "iso8859_6"),
        "\u0621-\u065f\u066e-\u06d3",
        "في من على إلى أن هذا عن مع التي الذي كان ما لا هو هي قد ذلك بين كل بعد لم هذه أو و در"
        " به از"
        " که این است را با برای آن یک",
    ),
    _unspaced(
        "Japanese", ("cp932", "euc_jp", "iso2022_jp"), f"\u3041-\u3096\u30a1-\u30fe{_HAN}", _KANA
    ),
    _unspaced(
        "Korean",
        ("cp949",),
        f"\uac00-\ud7a3{_HAN}",
        "이다는의에을를가고은하지로서한도기사나자인어대리일시있",
    ),
    _unspaced(
        "Chinese, simplified",
        ("gb18030",),
        _HAN,
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之"
        "年过发后作里用道行所然家事成方多经",
    ),
    _unspaced(
        "Chinese, traditional",
        ("big5", "cp950"),
        _HAN,
        "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之"
        "年過發後作裡用道行所然家事成方多經",
    ),
)
