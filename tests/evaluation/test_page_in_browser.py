"""The page in a real browser: nothing sticks out, nothing fails, on a phone and on a desk."""

import io

import numpy as np
import pytest
from PIL import Image

from dltemplates.evaluation.chart_grids import heat_map, reliability_chart
from dltemplates.evaluation.charts import bar_chart, line_chart
from dltemplates.evaluation.classification import ConfidenceBin
from dltemplates.evaluation.report_page import (
    Section,
    code,
    details,
    facts,
    figure,
    image,
    lead,
    note,
    page,
    table,
    tiles,
)
from tests.evaluation.headless import look_at, needs_browser

pytestmark = needs_browser
LONG = "averyverylongnamewithoutanyspaceinit" * 4


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A page of everything, with names that are too long."""
    file = io.BytesIO()
    Image.new("RGB", (600, 20), "red").save(file, "PNG")
    names = [LONG, "가나다라마바사아자차카타파하" * 3, *map(str, range(8))]
    x = np.arange(50)
    blocks = [
        lead(LONG),
        note(LONG, LONG, code(LONG)),
        table([LONG] * 6, [[LONG, 1, 2.5, None, "88 %", LONG]] * 3, LONG),
        facts({LONG: LONG, "짧은": 1}),
        details(LONG, LONG),
        figure(image(file.getvalue(), LONG), LONG),
        tiles([figure(image(file.getvalue(), LONG), LONG)] * 5),
        line_chart({LONG: (x, x**2), "b": (x, -x)}, title=LONG, marks={25: LONG[:30]}),
        bar_chart({LONG: 1.0, "b": 2.0}, title=LONG),
        heat_map(np.eye(10), names, names, title=LONG, row_label="true", column_label="said"),
        reliability_chart([ConfidenceBin(0.9, 0.5, 1.0)], title=LONG),
    ]
    path = tmp_path_factory.mktemp("page") / "꽃 report.html"
    path.write_text(page(LONG, LONG, [Section(LONG, blocks), Section("B", blocks)]), "utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_it_fits_and_nothing_fails(full, width, dark):
    seen = look_at(full, width, dark=dark)
    assert seen["inner"] == width
    assert seen["scroll"] <= width and not seen["out"]
    assert not seen["console"] and not seen["broken"]
    assert seen["text"] > 1000
    assert (seen["ground"] == "rgb(20, 23, 27)") == dark


def test_the_look_can_fail(full, tmp_path):
    wide = tmp_path / "wide.html"
    text = full.read_text("utf-8").replace("<main>", '<main><div style="width:900px">x</div>', 1)
    wide.write_text(text.replace("img-src data:", "img-src 'none'"), "utf-8")
    seen = look_at(wide, 375)
    assert seen["scroll"] > 375 and seen["out"] and seen["broken"] and seen["console"]
