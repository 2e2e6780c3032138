import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.markup import Text, units
from bot.local.parsing import parse_html
from bot.local.refusals import RefusalError


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("<b>a</b>&lt;&#39;&nbsp;", "a<'&nbsp;", [("bold", 0, 1)]),
        ("🎉 <i>ə</i>", "🎉 ə", [("italic", 3, 1)]),
        ("<strong>a<em>b</em></strong>", "ab", [("italic", 1, 1), ("bold", 0, 2)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<b></b>x", "x", []),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ("<a>https://a.az</a>", "https://a.az", [("text_link", 0, 12)]),
    ],
)
def test_tags_become_entities(
    source: str, plain: str, entities: list[tuple[str, int, int]]
) -> None:
    text = parse_html(source)
    assert text.plain == plain
    assert [(e["type"], e["offset"], e["length"]) for e in text.entities] == entities


def test_code_language_is_kept() -> None:
    text = parse_html('<pre><code class="language-sql">x</code></pre>')
    assert text.entities == ({"type": "pre", "offset": 0, "length": 1, "language": "sql"},)
    assert text.html == '<pre><code class="language-sql">x</code></pre>'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("ə<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_markup_is_refused(source: str, reason: str) -> None:
    with pytest.raises(RefusalError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    "source",
    [
        "<b>a <i>b</i></b> c &amp; &lt;d&gt;",
        '<a href="https://a.az/?x=1&amp;y=2">link</a>',
        "<u>a</u><s>b</s><code>c</code><tg-spoiler>d</tg-spoiler>",
        "<blockquote expandable>long\nquote</blockquote>",
    ],
)
def test_html_comes_back_as_it_went_in(source: str) -> None:
    assert parse_html(source).html == source


@given(st.text(alphabet="ab <>&\"'/=;i😀\n", max_size=40))
def test_any_text_is_parsed_or_refused_and_rendered_alike(source: str) -> None:
    try:
        text = parse_html(source)
    except RefusalError:
        return
    assert parse_html(text.html).plain == text.plain


def test_trimming_moves_entities_along() -> None:
    text = Text("  a b ", ({"type": "bold", "offset": 0, "length": 6},)).trimmed()
    assert text == Text("a b", ({"type": "bold", "offset": 0, "length": 3},))


def test_commands_mentions_links_and_hashtags_are_detected_outside_of_code() -> None:
    text = parse_html("/next@citydays_bot @leyla #günlər https://a.az/x. <code>/no</code> a/b")
    found = [(e["type"], e["offset"]) for e in text.detected().entities]
    assert found == [
        ("bot_command", 0),
        ("mention", 19),
        ("hashtag", 26),
        ("url", 34),
        ("code", 50),
    ]


def test_units_count_as_telegram_does() -> None:
    assert units("ə🎉") == 3
