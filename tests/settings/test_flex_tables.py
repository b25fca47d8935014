"""Flex Queries and tokens in the settings file: read, written, refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.fetching.queries import FlexQuery, FlexToken, QueryKind
from app.domain.model.errors import SettingsError
from app.settings.loader import load_settings
from app.settings.model import Settings
from app.settings.writer import save_settings

QUERIES = (
    FlexQuery("trades", "123456"),
    FlexQuery("today", "99", QueryKind.CONFIRMATIONS, token="wife", enabled=False),
)
TOKENS = (FlexToken("wife", date(2027, 1, 31)),)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def load(file: Path, text: str) -> Settings:
    file.write_text(text, encoding="utf-8")
    return load_settings({}, {}, file)


def test_what_is_saved_is_read_again(file: Path) -> None:
    made = replace(Settings(), flex_queries=QUERIES, flex_tokens=TOKENS, flex_daily=False)
    save_settings(made, file)
    assert file.read_text(encoding="utf-8") == (
        'flex_daily = false\n\n[flex_queries.trades]\nquery_id = "123456"\nkind = "activity"\n\n'
        '[flex_queries.today]\nquery_id = "99"\nkind = "confirmations"\ntoken = "wife"\n'
        "enabled = false\n\n[flex_tokens.wife]\nexpires = 2027-01-31\n"
    )
    read = load_settings({}, {}, file)
    assert (read.flex_queries, read.flex_tokens, read.flex_daily) == (QUERIES, TOKENS, False)


def test_a_token_without_a_last_day_stays_known_by_its_name(file: Path) -> None:
    save_settings(replace(Settings(), flex_tokens=(FlexToken("wife"), FlexToken())), file)
    assert load_settings({}, {}, file).flex_tokens == (FlexToken("wife"),)


def test_what_is_removed_leaves_the_file_and_comments_stay(file: Path) -> None:
    text = (
        "# mine\n[flex_queries.a]\nquery_id = 1 # the old one\n[flex_queries.b]\nquery_id = 2\n"
        '[flex_tokens.default]\nexpires = "2027-01-31"\n'
    )
    read = load(file, text)
    assert [query.query_id for query in read.flex_queries] == ["1", "2"]
    assert read.flex_tokens == (FlexToken("default", date(2027, 1, 31)),)
    save_settings(replace(read, flex_queries=read.flex_queries[1:], flex_tokens=()), file)
    again = load_settings({}, {}, file)
    assert (again.flex_queries, again.flex_tokens) == (read.flex_queries[1:], ())
    assert file.read_text(encoding="utf-8").startswith("# mine\n")
    assert "flex_tokens" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "form", ['flex_queries = { a = { query_id = "1" } }', "flex_queries.a.query_id = 1"]
)
def test_any_form_of_table_can_be_added_to(form: str, file: Path) -> None:
    read = load(file, form + "\n")
    save_settings(replace(read, flex_queries=(*read.flex_queries, *QUERIES)), file)
    names = [query.name for query in load_settings({}, {}, file).flex_queries]
    assert names == ["a", "trades", "today"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flex_queries = 3", "must be tables"),
        ("[flex_queries]\na = 3", "flex_queries.a, which cannot be used"),
        ('[flex_queries."a b"]\nquery_id = "1"', "which cannot be used"),
        ("[flex_queries.a]", "flex_queries.a.query_id"),
        ('[flex_queries.a]\nquery_id = "1; x"', "flex_queries.a.query_id"),
        ('[flex_queries.a]\nquery_id = "1"\nkind = "daily"', "one of activity, confirmations"),
        ('[flex_queries.a]\nquery_id = "1"\ntoken = 3', "the name of a token"),
        ('[flex_queries.a]\nquery_id = "1"\nenabled = "perhaps"', "true or false"),
        ('[flex_queries.a]\nquery_id = "1"\nsecret = "1"', "unknown setting"),
        ('[flex_tokens.a]\nexpires = "soon"', "a date, such as"),
        ('[flex_tokens.a]\ntext = "7712345"', "unknown setting 'flex_tokens.a.text'"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(text: str, said: str, file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(file, text)
    assert said in str(caught.value)
