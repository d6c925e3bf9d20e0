"""The page in a real browser, over servers of small models of every kind."""

import shutil
import subprocess
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest

from tests.serving.browser import needs_browser, running_browser
from tests.serving.conftest import served
from tests.serving.page_models import HORIZON, LABELS, LOOKBACK, save_models

KINDS = ("image", "text", "log", "rows", "forecast")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    """Where each of the models is served."""
    models = save_models(tmp_path_factory.mktemp("models"))
    with ExitStack() as stack:
        clients = {
            name: stack.enter_context(served(folder, name)) for name, folder in models.items()
        }
        yield {name: f"{client.base_url}/" for name, client in clients.items()}


@pytest.fixture(scope="module")
def browser():
    with running_browser() as browser:
        yield browser


def ask(browser, address: str, table: str) -> str:
    """Pastes a table into the page and asks; what it says then."""
    browser.open(address)
    browser.wait_for("document.querySelector('button.main')")
    browser.evaluate(
        f"document.querySelector('textarea').value = {table!r};"
        "document.querySelector('button.main').click()"
    )
    browser.wait_for("document.querySelector('.answers .foot, .answers .problem')")
    return browser.evaluate("document.querySelector('.answers').innerText")


def series(rows: int, known: int, header: str = 'time,north,"south, 2",holiday') -> str:
    """Rows of two series, by the hour, and then rows of which the holidays alone are known."""
    lines = [header]
    for row in range(rows + known):
        values = f"{row},{row * 10}" if row < rows else ","
        lines.append(f"2025-01-{1 + row // 24:02} {row % 24:02}:00,{values},{int(row == rows + 1)}")
    return "\n".join(lines)


@needs_browser
@pytest.mark.parametrize("kind", KINDS)
def test_an_example_is_shown_on_any_screen(browser, addresses, kind):
    for width, dark, language in ((375, False, "ko"), (1280, True, "en")):
        browser.open(f"{addresses[kind]}#example", width, dark=dark, language=language)
        browser.wait_for("document.querySelector('.foot')")
        assert browser.overflow() == []
        assert browser.complaints == []
        assert browser.evaluate("document.documentElement.lang") == language
        ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 23, 27)" if dark else "rgb(253, 253, 252)")
        assert kind in browser.evaluate("document.querySelector('.foot').innerText")
        lines = {"log": 2, "forecast": 2}.get(kind, 0)
        browser.wait_for(f"document.querySelectorAll('svg path.trace').length === {lines}")


@needs_browser
def test_labels_are_never_html(browser, addresses):
    browser.open(f"{addresses['image']}#example")
    browser.wait_for("document.querySelector('.foot')")
    labels = browser.evaluate("[...document.querySelectorAll('.label')].map(e => e.textContent)")
    assert labels == LABELS
    assert browser.complaints == []


@needs_browser
def test_what_is_no_image_is_refused_in_words(browser, addresses):
    browser.open(addresses["image"])
    browser.wait_for("document.querySelector('input[type=file]')")
    browser.evaluate("""
        const files = new DataTransfer();
        files.items.add(new File(["no image"], "notes.png", {type: "image/png"}));
        const drop = new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true});
        document.querySelector(".drop").dispatchEvent(drop);
    """)
    browser.wait_for("document.querySelector('.problem')")
    said = browser.evaluate("document.querySelector('.problem').innerText")
    assert said.startswith("The server refused this:") and "image" in said


@needs_browser
def test_a_text_is_answered_while_it_is_typed_and_in_the_language_chosen(browser, addresses):
    browser.open(addresses["text"])
    browser.wait_for("document.querySelector('#text')")
    browser.evaluate(
        "const box = document.querySelector('#text'); box.value = 'a good film';"
        "box.dispatchEvent(new Event('input'))"
    )
    browser.wait_for("document.querySelector('.foot')")
    assert "good\n87.5%" in browser.evaluate("document.querySelector('.answers').innerText")
    browser.evaluate("document.querySelector('[lang=ko]:not(html)').click()")
    assert browser.evaluate("document.querySelector('button.main').innerText") == "분류"
    assert "만에 응답" in browser.evaluate("document.querySelector('.foot').innerText")
    assert browser.evaluate("document.querySelector('#text').value") == "a good film"
    browser.evaluate("localStorage.clear()")


@needs_browser
def test_a_text_can_have_several_labels(browser, addresses):
    said = ask(browser, addresses["several"], "the plot and the music")
    assert said.startswith("music, plot\n")
    chosen = browser.evaluate(
        "[...document.querySelectorAll('.chosen .label')].map(e => e.textContent)"
    )
    assert chosen == ["music", "plot"]
    assert ask(browser, addresses["several"], "nothing").startswith("No label\n")


@needs_browser
def test_of_a_model_of_subwords_it_says_how_to_ask(browser, addresses):
    browser.open(addresses["subword"])
    browser.wait_for("document.querySelector('.note')")
    said = browser.evaluate("document.querySelector('.note').innerText")
    assert "subword tokens" in said and 'python -m subword predict "…"' in said
    assert not browser.evaluate("document.querySelectorAll('textarea').length")


@needs_browser
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("kind", ["text", "rows"])
def test_the_curl_line_asks_the_same(browser, addresses, kind, tmp_path):
    browser.open(f"{addresses[kind]}#example")
    browser.wait_for("document.querySelector('.foot')")
    line = browser.evaluate("document.querySelector('.foot pre').textContent")
    answer = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert '"predictions"' in answer.stdout


@needs_browser
def test_a_forecast(browser, addresses):
    said = ask(browser, addresses["forecast"], series(LOOKBACK + 3, HORIZON))
    assert "90% interval" in said
    rows = """[...document.querySelectorAll('details tbody tr')].map(
        row => [...row.cells].map(cell => cell.textContent))"""
    assert browser.evaluate(rows) == [
        ["2025-01-01 11:00", "10", "4.5", "11"],
        ["2025-01-01 12:00", "110", "104", "111"],
        ["2025-01-01 13:00", "10", "3.5", "11"],
        ["2025-01-01 14:00", "10", "3", "11"],
    ]
    browser.evaluate(
        "const choice = document.querySelector('select'); choice.selectedIndex = 1;"
        "choice.dispatchEvent(new Event('change'))"
    )
    assert browser.evaluate(rows)[0][1] == "100"
    browser.wait_for("document.querySelector('svg title')")
    summary = browser.evaluate("document.querySelector('svg title').textContent")
    assert summary == "south, 2: the last values and the forecast, which goes from 100 to 100."


@needs_browser
@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "There is no table yet"),
        ("1,2\n3,4", "The first line has numbers alone"),
        (series(9, HORIZON, "time,north,south,holiday"), "These columns are missing: south, 2."),
        (series(LOOKBACK - 1, HORIZON), "There are 7 rows with values; the model looks back on 8"),
        (series(LOOKBACK, HORIZON - 1), "must go on for 4 rows after the last value; 3 are there"),
        (series(9, HORIZON).replace("\n2025-01-01 0", "\n"), "the first column must hold times"),
        (series(9, HORIZON).replace(",3,30", ",high,30"), "Line 5, column “north”: “high” is no"),
        (series(9, HORIZON).replace("05:00", "01:30"), "Line 7: 2025-01-01 01:30 is not after"),
        (series(9, HORIZON).replace(",3,30,0", ",3,30,0,1"), "Line 5 has 5 cells"),
        ('time,north\n"a,1', "A quotation mark is opened"),
    ],
)
def test_a_table_that_will_not_do_is_answered_in_words(browser, addresses, table, words):
    assert words in ask(browser, addresses["forecast"], table)
    assert browser.complaints == []


@needs_browser
def test_alarms_of_a_log_and_values_that_are_missing(browser, addresses):
    flows = ["1"] * 20 + ["11"] * 3 + ["1"] * 5 + [""] + ["12"] + ["1"] * 5
    table = "flow;pressure\n" + "\n".join(f"{flow};2,5" for flow in flows)
    said = ask(browser, addresses["log"], table)
    assert "Alarms: 2, in 31 rows" in said
    assert "flow 75.0%" in said
    spans = (
        "[...document.querySelectorAll('tbody tr')].map(e => e.innerText.split('\\t').slice(0, 3))"
    )
    assert browser.evaluate(spans) == [["21", "23", "0.9999"], ["30", "30", "0.9999"]]


@needs_browser
def test_many_rows_are_asked_in_parts(browser, addresses):
    table = "flow,pressure\n" + "\n".join(f"{11 if row == 4321 else 1},2" for row in range(5000))
    said = ask(browser, addresses["log"], table)
    assert "Alarms: 1, in 4,996 rows" in said
    assert "in 3 requests" in said
    assert "\n4322\t4322\t" in said


def test_the_page_has_a_strict_policy_and_no_other_files(addresses):
    with urllib.request.urlopen(addresses["text"]) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for path in ("page/page.py", "page/..%2fpage.py", "page/page.html", "page/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(addresses["text"] + path)
        assert refused.value.code == 404
