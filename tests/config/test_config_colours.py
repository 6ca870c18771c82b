"""The spot colour: legible on both papers, and in every page's style sheet."""

import re
from pathlib import Path

import pytest

from builder import files
from builder.config import parse
from builder.config.colours import LEGIBLE, contrast
from builder.config.rules import PAPER
from builder.errors import ConfigError
from builder.render.theme import Theme

SITE = "site: {title: x, url: https://a.example/}\n"


def accent(told: str) -> tuple[str, str]:
    return parse(f"{SITE}build: {{accent: {told}}}\n".encode(), Path("/nowhere")).build.accent


def style(given: tuple[str, str] | None) -> str:
    theme = Theme.open(Path("/nowhere"), given)
    return next(one.data for one in theme.assets() if one.path.endswith(".css")).decode()


def test_contrast_is_that_of_wcag():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("{light: '#0b5c4b', dark: '#5fd0b4'}", ("#0b5c4b", "#5fd0b4")),
        ("{light: 0B5C4B}", ("#0b5c4b", "#ff8170")),
        ("{dark: '#fff'}", ("#a8201a", "#ffffff")),
    ],
)
def test_a_colour_may_be_short_or_without_its_sign(told, meant):
    assert accent(told) == meant


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("{light: '#ff8170'}", "has a contrast of 2.4 on the light paper"),
        ("{dark: '#a8201a'}", "has a contrast of"),
        ("{light: red}", "must be a colour"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_line(told, said):
    with pytest.raises(ConfigError) as caught:
        accent(told)

    assert said in str(caught.value)
    assert "config.yaml:2" in str(caught.value)


def test_colours_are_judged_on_the_paper_that_the_theme_has():
    css = (files.THEME / "assets" / "style.css").read_text(encoding="utf-8")

    assert set(re.findall(r"--paper: (#\w{6})", css)) == set(PAPER.values())
    assert all(contrast(PAPER["light"], spot) >= LEGIBLE for spot in re.findall(r"--spot: (#a\w{5})", css))


def test_the_style_sheet_has_the_colours_of_the_config_for_system_and_reader_alike():
    spots = re.findall(r"--spot: (#\w{6})", style(("#0b5c4b", "#5fd0b4")))

    assert spots == ["#0b5c4b", "#5fd0b4", "#0b5c4b", "#5fd0b4"]
