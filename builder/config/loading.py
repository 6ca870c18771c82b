"""The bytes of `config.yaml` → its `Config`, or everything that is wrong with it."""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from builder import text
from builder.config import yamltree
from builder.config.faults import Faults, Loc, label
from builder.config.folder import Folder
from builder.config.keys import ConfigKeys, FeedEntry, FeedKeys, SectionEntry, SectionKeys, SummaryKeys
from builder.config.lint import LintKeys
from builder.config.mail import MailKeys
from builder.config.rules import (
    FILE,
    AdminRules,
    BuildRules,
    ButtondownRules,
    Config,
    DeployRules,
    EditorialRules,
    FetchRules,
    GhostRules,
    LintRules,
    ListmonkRules,
    MailchimpRules,
    MailRules,
    MarkdownRules,
    ModelRules,
    RunRules,
    SmtpRules,
    SummaryRules,
)
from builder.config.values import nearest
from builder.config.yamltree import Plain
from builder.errors import ConfigError
from builder.model import Feed, Level, Policy, Profile, Section, Site

_K = TypeVar("_K")


def parse(data: bytes, root: Path, folder: Folder | None = None) -> Config:
    """The configuration that `data` is for the folder `root`, which need not exist. Raises ConfigError.

    What is asked of the disk is asked of `folder`.
    """
    root = root.resolve()
    folder = folder or Folder(root)
    tree = yamltree.parse(data, FILE)
    faults = Faults(FILE, tree)
    plain = tree.root.plain()
    # An empty file is told what it needs, not that it should be a mapping.
    keys = _keys({} if plain is None else plain, folder, faults)
    if isinstance(plain, dict):
        _compare(plain, folder, faults, keys)
    found = faults.all()
    if keys is None or found:
        raise ConfigError.of(found)
    return _config(keys, root)


def _keys(plain: Plain, folder: Folder, faults: Faults) -> ConfigKeys | None:
    try:
        return ConfigKeys.model_validate(plain, context=folder)
    except ValidationError as error:
        faults.add_errors(error.errors(include_url=False))
        return None


def _compare(plain: dict[str, Plain], folder: Folder, faults: Faults, keys: ConfigKeys | None) -> None:
    # What one value says of another is judged among the sound ones, so that it is told along with the rest.
    sections: dict[int, SectionKeys]
    feeds: dict[int, FeedKeys]
    if keys:
        sections, feeds = dict(enumerate(keys.sections)), dict(enumerate(keys.feeds))
    else:
        sections = _sound(TypeAdapter(SectionEntry), plain.get("sections"), folder)
        feeds = _sound(TypeAdapter(FeedEntry), plain.get("feeds"), folder)
    _unique("sections", "slug", {index: section.made_slug for index, section in sections.items()}, faults)
    twins = _unique("feeds", "url", {index: feed.url for index, feed in feeds.items()}, faults)
    single = {index: feed.made_slug for index, feed in feeds.items() if index not in twins}
    _unique("feeds", "slug", single, faults)
    # With a section that is not sound, nobody knows what it would be called.
    if len(sections) == len(plain.get("sections") or ()):
        _known_sections(feeds, _section_slugs(sections.values()), faults)


def _sound(adapter: TypeAdapter[_K], plain: Plain, folder: Folder) -> dict[int, _K]:
    """The entries of a list that are in order by themselves, by their place."""
    found: dict[int, _K] = {}
    for index, entry in enumerate(plain if isinstance(plain, list) else ()):
        with contextlib.suppress(ValidationError):
            found[index] = adapter.validate_python(entry, context=folder)
    return found


def _unique(name: str, key: str, values: Mapping[int, str], faults: Faults) -> set[int]:
    """The places whose value an earlier one has; each becomes a fault that names both lines."""
    first: dict[str, int] = {}
    twins = {index for index, value in values.items() if first.setdefault(value, index) != index}
    for index in sorted(twins):
        other: Loc = (name, first[values[index]], key)
        where = f"{label(other[:2])} in line {faults.line(other)}"
        hint = "Remove one of them." if key == "url" else "Give it a slug of its own."
        faults.add((name, index, key), f"{text.excerpt(values[index], 80)} is already that of {where}", hint)
    return twins


def _known_sections(feeds: Mapping[int, FeedKeys], slugs: Mapping[str, str], faults: Faults) -> None:
    for index, feed in feeds.items():
        if feed.section and not _section_slug(feed, slugs):
            hint = nearest(feed.section, slugs) or "Add it to the sections."
            message = f"there is no section {text.excerpt(feed.section, 40)}"
            faults.add(("feeds", index, "section"), message, hint)


def _section_slugs(sections: Iterable[SectionKeys]) -> dict[str, str]:
    """Slugs by all that a feed may call a section: its slug, and its title in any case."""
    slugs = {section.title.casefold(): section.made_slug for section in sections}
    return slugs | {slug: slug for slug in slugs.values()}


def _section_slug(feed: FeedKeys, slugs: Mapping[str, str]) -> str:
    """Empty when the feed names none, or none there is."""
    return slugs.get(feed.section.casefold()) or slugs.get(text.slug(feed.section, ""), "")


def _config(keys: ConfigKeys, root: Path) -> Config:
    slugs = _section_slugs(keys.sections)
    return Config(
        root=root,
        site=Site(**dict(keys.site)),
        feeds=tuple(_feed(feed, slugs, keys.fetch.max_age_days) for feed in keys.feeds),
        sections=tuple(Section(**dict(section) | {"slug": section.made_slug}) for section in keys.sections),
        tags=keys.tags,
        summary=SummaryRules(
            engine=keys.summary.engine,
            profile=_profile(keys.summary),
            model=ModelRules(**dict(keys.summary.model)),
        ),
        fetch=FetchRules(**dict(keys.fetch)),
        editorial=EditorialRules(
            publish=keys.editorial.publish,
            edition=Policy(**dict(keys.editorial.edition)),
            recheck_days=keys.editorial.recheck_days,
            conflicts=keys.editorial.conflicts,
        ),
        admin=AdminRules(**dict(keys.admin)),
        lint=_lint(keys.lint),
        build=BuildRules(**dict(keys.build) | {"accent": (keys.build.accent.light, keys.build.accent.dark)}),
        deploy=DeployRules(**dict(keys.deploy)),
        markdown=MarkdownRules(**dict(keys.markdown)),
        mail=_mail(keys.mail, keys.site.title),
        run=RunRules(**dict(keys.run)),
    )


def _lint(keys: LintKeys) -> LintRules:
    levels = {code: None if level == "off" else Level(level) for code, level in keys.levels.items()}
    return LintRules(**dict(keys) | {"levels": levels, "fail_on": Level(keys.fail_on)})


def _mail(keys: MailKeys, title: str) -> MailRules:
    settled = {
        "from_name": keys.from_name or title,
        "smtp": SmtpRules(**dict(keys.smtp)),
        "buttondown": ButtondownRules(**dict(keys.buttondown)),
        "listmonk": ListmonkRules(**dict(keys.listmonk)),
        "ghost": GhostRules(**dict(keys.ghost)),
        "mailchimp": MailchimpRules(**dict(keys.mailchimp)),
    }
    return MailRules(**dict(keys) | settled)


def _feed(keys: FeedKeys, slugs: Mapping[str, str], max_age_days: int) -> Feed:
    settled = {
        "slug": keys.made_slug,
        "section": _section_slug(keys, slugs),
        "max_age_days": max_age_days if keys.max_age_days is None else keys.max_age_days,
    }
    return Feed(**dict(keys) | settled)


def _profile(keys: SummaryKeys) -> Profile:
    return Profile(
        passages_min=keys.sections.min,
        passages_max=keys.sections.max,
        tldr_sentences=keys.tldr_sentences,
        passage_sentences=keys.section_sentences,
        impact=keys.impact,
        # Labels are kept by language, whatever the region.
        language=keys.language.partition("-")[0],
        tone=keys.tone,
    )
