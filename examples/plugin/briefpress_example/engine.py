"""An engine that says what an article says first: nothing but its opening sentences."""

from builder.errors import EngineError
from builder.model import Article, Profile, Summary, Unit
from builder.summary import sentences


class Lead:
    """The opening of an article as its TL;DR, and no overview."""

    name = "lead/1"

    def summarise(self, article: Article, profile: Profile) -> Summary:
        """Each sentence names itself as its source, so that lint and readers can look it up."""
        found = sentences.split(article)[: profile.tldr_sentences]
        if not found:
            raise EngineError(f"{article.url} has no sentence")
        tldr = tuple(Unit(text=one.text, sources=(index,)) for index, one in enumerate(found))
        return Summary(tldr=tldr, headline="", passages=(), language=article.language or "en", by=self.name)
