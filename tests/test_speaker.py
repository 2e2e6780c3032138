"""What is said in each language: plurals, dates, letter case, order, and whose language it is."""

from datetime import date

import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import locales
from locales import Speaker, guess

SPEAKERS = locales.load()
AZ, EN, RU = (SPEAKERS[each] for each in ("az", "en", "ru"))


def test_english_comes_first_then_the_codes_in_order() -> None:
    assert list(SPEAKERS) == ["en", "az", "ru"]
    assert [each.language for each in SPEAKERS.values()] == ["en", "az", "ru"]
    assert [each.name for each in SPEAKERS.values()] == ["English", "Azərbaycanca", "Русский"]


# -- sentences


def in_days(speaker: Speaker, n: int) -> str:
    return speaker.count("in {n} day", "in {n} days", n)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "через 0 дней"),
        (1, "через 1 день"),
        (2, "через 2 дня"),
        (4, "через 4 дня"),
        (5, "через 5 дней"),
        (11, "через 11 дней"),
        (12, "через 12 дней"),
        (14, "через 14 дней"),
        (21, "через 21 день"),
        (22, "через 22 дня"),
        (25, "через 25 дней"),
        (101, "через 101 день"),
        (111, "через 111 дней"),
        (112, "через 112 дней"),
        (121, "через 121 день"),
        (364, "через 364 дня"),
    ],
)
def test_russian_plurals(n: int, said: str) -> None:
    assert in_days(RU, n) == said


@pytest.mark.parametrize("n", [0, 1, 2, 5, 11, 21, 100])
def test_azerbaijani_nouns_stay_singular_after_a_number(n: int) -> None:
    assert in_days(AZ, n) == f"{n} gün qalıb"


@pytest.mark.parametrize(("n", "said"), [(0, "in 0 days"), (1, "in 1 day"), (21, "in 21 days")])
def test_english_plurals(n: int, said: str) -> None:
    assert in_days(EN, n) == said


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_fields_are_escaped_but_not_twice(speaker: Speaker) -> None:
    title = "<s>{title}</s> – <b>cancelled</b>"
    assert "<s>&lt;b&gt; &amp; &#34;x&#34;</s>" in speaker.say(title, title='<b> & "x"')
    assert "<s><i>x</i></s>" in speaker.say(title, title=Markup("<i>x</i>"))
    links = Markup('<a href="https://example.org">A</a>')
    assert speaker.count("Source: {links}", "Sources: {links}", 1, links=links).endswith(links)
    assert "{x}" in speaker.say(title, title="{x}")


def test_what_is_in_no_catalogue_is_said_as_it_stands() -> None:
    assert AZ.say("Nobody has translated {this}.", this="<it>") == (
        "Nobody has translated &lt;it&gt;."
    )
    assert RU.count("{n} fish", "{n} fishes", 2) == "2 fishes"
    assert RU.term("nowhere", "Word") == "Word"


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_sentences_are_markup_and_terms_are_plain(speaker: Speaker) -> None:
    assert isinstance(speaker.say("tomorrow"), Markup)
    assert isinstance(speaker.count("in {n} day", "in {n} days", 2), Markup)
    assert not isinstance(speaker.term("button", "Help"), Markup)


def test_the_contents_own_words_are_taken_in_the_language() -> None:
    texts = {"az": "Gün", "en": "Day", "ru": "День"}
    assert [each.text(texts) for each in (AZ, EN, RU)] == ["Gün", "Day", "День"]


# -- dates

DAY = date(2025, 11, 25)


def test_days_and_dates() -> None:
    assert [each.day(DAY) for each in (AZ, EN, RU)] == ["25 noyabr", "25 November", "25 ноября"]
    assert AZ.date(DAY) == "25 noyabr 2025"
    assert EN.date(DAY) == "25 November 2025"
    assert RU.date(DAY) == "25 ноября 2025 года"


def test_weekdays_are_written_as_inside_a_sentence() -> None:
    assert [each.weekday(DAY) for each in (AZ, EN, RU)] == [
        "çərşənbə axşamı",
        "Tuesday",
        "вторник",
    ]


MONTHS = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "en": "January February March April May June July August September October November December",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
}


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_months_on_their_own_have_the_case_of_the_language(speaker: Speaker) -> None:
    months = [speaker.month(number) for number in range(1, 13)]
    assert months == MONTHS[speaker.language].split()


def test_russian_months_take_the_genitive_in_a_date() -> None:
    days = [RU.day(date(2025, month, 1)).removeprefix("1 ") for month in range(1, 13)]
    assert " ".join(days) == (
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    )


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_dates_bear_no_invisible_letters(speaker: Speaker) -> None:
    """CLDR puts narrow and hard spaces into some of its own patterns."""
    for month in range(1, 13):
        told = speaker.date(date(2025, month, 8)) + speaker.partial(f"2025-{month:02}")
        assert all(letter.isalnum() or letter == " " for letter in told), ascii(told)


@pytest.mark.parametrize(
    ("known", "az", "en", "ru"),
    [
        ("1992", "1992", "1992", "1992"),
        ("1992-05", "may 1992", "May 1992", "май 1992 года"),
        ("1992-05-18", "18 may 1992", "18 May 1992", "18 мая 1992 года"),
    ],
)
def test_dates_known_in_part_are_told_as_far_as_they_are_known(
    known: str, az: str, en: str, ru: str
) -> None:
    assert [each.partial(known) for each in (AZ, EN, RU)] == [az, en, ru]


@pytest.mark.parametrize("wrong", ["1992-13", "1992-02-30"])
def test_a_date_that_is_not_in_the_calendar_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"month|day"):
        EN.partial(wrong)


@pytest.mark.parametrize(
    ("first", "last", "az", "en", "ru"),
    [
        (DAY, DAY, "25 noyabr 2025", "25 November 2025", "25 ноября 2025 года"),
        (
            date(2025, 8, 26),
            date(2025, 8, 29),
            "26–29 avqust 2025",
            "26–29 August 2025",
            "26–29 августа 2025 года",
        ),
        (
            date(2025, 5, 31),
            date(2025, 6, 1),
            "31 may – 1 iyun 2025",
            "31 May – 1 June 2025",
            "31 мая – 1 июня 2025 года",
        ),
        (
            date(2025, 12, 31),
            date(2026, 1, 2),
            "31 dekabr 2025 – 2 yanvar 2026",
            "31 December 2025 – 2 January 2026",
            "31 декабря 2025 года – 2 января 2026 года",
        ),
        (  # the same month of another year is another month
            date(2025, 1, 31),
            date(2026, 1, 1),
            "31 yanvar 2025 – 1 yanvar 2026",
            "31 January 2025 – 1 January 2026",
            "31 января 2025 года – 1 января 2026 года",
        ),
    ],
)
def test_spans(first: date, last: date, az: str, en: str, ru: str) -> None:
    assert [each.span(first, last) for each in (AZ, EN, RU)] == [az, en, ru]


# -- letters


def test_azerbaijani_has_two_letters_i() -> None:
    assert AZ.lower("İSMAYILLI ŞƏHƏRİ, XANKƏNDİ") == "ismayıllı şəhəri, xankəndi"
    assert AZ.lower("I İ ı i") == "ı i ı i"
    assert AZ.first_upper("iyul") == "İyul"
    assert AZ.first_upper("ışıq") == "Işıq"
    assert AZ.first_upper("əsir") == "Əsir"


def test_other_languages_have_one() -> None:
    assert EN.lower("INDEPENDENCE") == "independence"
    assert EN.first_upper("independence") == "Independence"
    assert RU.lower("ШУША") == "шуша"
    assert RU.first_upper("ёлка") == "Ёлка"


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_the_rest_of_a_word_keeps_its_case(speaker: Speaker) -> None:
    assert speaker.first_upper("") == ""
    assert speaker.first_upper("xYZ q") == "XYZ q"


def test_the_azerbaijani_alphabet() -> None:
    alphabet = list("abcçdeəfgğhxıijkqlmnoöprsştuüvyz")
    assert len(alphabet) == 32
    assert AZ.in_order(reversed(alphabet)) == alphabet
    capitals = list("ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZ")
    assert AZ.in_order(reversed(capitals)) == capitals


def test_azerbaijani_towns_in_order() -> None:
    towns = "Zəngilan Xocavənd Xankəndi Xocalı Şuşa Qubadlı Laçın Kəlbəcər Hadrut Füzuli Ağdərə"
    assert AZ.in_order([*towns.split(), "Ağdam", "Cəbrayıl", "Bakı", "Əsgəran"]) == [
        *("Ağdam", "Ağdərə", "Bakı", "Cəbrayıl", "Əsgəran", "Füzuli", "Hadrut", "Xankəndi"),
        *("Xocalı", "Xocavənd", "Kəlbəcər", "Qubadlı", "Laçın", "Şuşa", "Zəngilan"),
    ]


def test_russian_yo_stands_after_ye() -> None:
    assert RU.in_order(["ж", "Ёлка", "ель", "Д"]) == ["Д", "ель", "Ёлка", "ж"]


@pytest.mark.parametrize("speaker", SPEAKERS.values(), ids=SPEAKERS)
def test_a_shorter_name_and_a_space_come_first_and_foreign_letters_last(speaker: Speaker) -> None:
    last = speaker.alphabet[-1]
    words = [f"a{last}", "a b", "a", "a漢"]
    if speaker is RU:
        words = [each.replace("a", "а").replace("b", "б") for each in words]
    ordered = speaker.in_order(words)
    assert ordered == [words[2], words[1], words[0], words[3]]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_words_have_an_order_that_does_not_depend_on_how_they_came(words: list[str]) -> None:
    for speaker in SPEAKERS.values():
        keys = [speaker.sort_key(word) for word in speaker.in_order(words)]
        assert keys == sorted(keys)
        assert keys == [speaker.sort_key(word) for word in speaker.in_order(words[::-1])]


# -- whose language it is


@pytest.mark.parametrize(
    ("client", "language"),
    [
        ("az", "az"),
        ("az-AZ", "az"),
        ("tr", "az"),
        ("tr-TR", "az"),
        ("ru", "ru"),
        ("ru_RU", "ru"),
        ("RU", "ru"),
        ("uk", "ru"),
        ("be", "ru"),
        ("kk", "ru"),
        ("en", "en"),
        ("en-GB", "en"),
        ("it-IT", "en"),
        ("de", "en"),
        (None, "en"),
        ("", "en"),
        ("-", "en"),
        ("_az", "en"),
        ("azb", "en"),
        ("русский", "en"),
        ("\x00" * 100, "en"),
        ("az ru", "en"),
    ],
)
def test_the_language_is_guessed_from_the_client(client: str | None, language: str) -> None:
    assert guess(client, SPEAKERS) == language


@given(st.text())
def test_any_client_is_answered_in_some_language(client: str) -> None:
    assert guess(client, SPEAKERS) in SPEAKERS


def test_no_client_is_answered_in_two_languages() -> None:
    clients = [code for speaker in SPEAKERS.values() for code in speaker.clients]
    assert len(clients) == len(set(clients))


def test_a_new_language_needs_nothing_but_a_catalogue() -> None:
    catalog = Catalog(locale="tr")
    catalog.add("tomorrow", "yarın")
    catalog.add("alphabet", context="alphabet", string="abcçdefgğhıijklmnoöprsştuüvyz")
    speaker = Speaker("tr", catalog)
    assert speaker.say("tomorrow") == "yarın"
    assert speaker.day(DAY) == "25 Kasım"
