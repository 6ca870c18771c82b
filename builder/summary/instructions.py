"""Sentences of an article that speak to a machine and not to its readers, such as *Ignore all instructions*.

They are shown to no model and support nothing. This is a sieve and no wall: what passes it must still be a
sentence that the rest of the article supports. Some words give an order away by themselves; others only in a
sentence that has nothing in common with the article around it.
"""

import re
import unicodedata

_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_HIDDEN_FEW = 3
"""So many invisible letters are no accident of typesetting; emoji and Indic scripts need one at a time."""
_MACHINE = (
    r"(?:ai|a\.i\.|llm|language model|chat ?bot|assistant|gpt|claude|gemini|copilot|bot|agent|"
    r"scraper|crawler)"
)
_WORK = (
    r"instructions?|prompts?|rules|guidelines|directions|commands|context|above|article|text|summary|"
    r"summari[sz]ation|output|answer|response|reply|results?"
)
_OURS = f"(?:{_WORK})"
_ORDER = (
    r"(?:output|reply|respond|answer|print|reveal|repeat|append|include|insert|add|say|write|summari[sz]e|"
    r"translate|set|rate|rank|give|return|begin|start|end|mention|recommend|promote|call|run|execute|fetch|"
    r"disregard|ignore|forget|override|decode|follow|obey)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The marks by which chats and templates tell who speaks.
        r"<\|[^|>]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|%\w*PROMPT\w*%|\{\{.*\}\}",
        r"(?:^|\s)(?:system|assistant|user|developer|human|ai|llm|gpt)\s*(?:prompt|message|note)?\s*:\s",
        r"\b(?:new|updated|important|hidden|secret|system)\s+(?:instructions?|prompts?)\b",
        # Orders about our own work.
        rf"\b(?:ignore|disregard|forget|override|bypass|skip)\b[^.]{{0,60}}\b{_OURS}\b",
        r"\b(?:your|the|every|each|this)\s+(?:output|summary|summaries|answer|response|reply)\b[^.]{0,40}"
        r"\b(?:must|should|shall|has to|have to|needs? to|will|be|is)\b",
        rf"^\W*(?:please\s+|now\s+|then\s+)?{_ORDER}\b[^.]{{0,60}}\b(?:{_WORK}|word|words|phrase|link|tags?|"
        r"title|string|html|json|markdown|for ?ever)\b",
        r"^\W*(?:please\s+|now\s+|then\s+)?(?:output|reply|respond|append)"
        r"(?:\s*:|\s+(?:only|just|nothing|with|an?|the|this|in)\b)",
        r"^\W*do not (?:summari[sz]e|mention|reveal|translate|follow)\b",
        rf"\b(?:to|by|in|into|of|for) (?:every|each|all|the|your) {_OURS}\b[^.]{{0,20}}:",
        r"\b(?:ranked first|rate all other|ten out of ten)\b|\b5/5\b",
        # What is to be said, given as a word or a phrase.
        r"\b(?:word|phrase|sentence|string|headline|wort|satz|mot|palabra|frase|parola)\b"
        r"(?: is| lautet| est| es)?:? [\"“«„'‘]?(?-i:[A-Z])\w",
        # Our work by its names, and what it has to be.
        r"\b(?:summar(?:y|ies|i[sz]ation|i[sz]er)|abstract|recap|zusammenfassung|résumé|resumen|riassunto)\b"
        r"[^.]{0,40}\b(?:must|should|shall|has to|have to|needs? to|requested|contain|muss|soll|doit|debe)\b",
        r"\bwhen(?:ever)? (?:you )?(?:condens|summari[sz]|shorten|rewrit|process)\w*\b",
        r"\b(?:in|into|of) (?:the|your|any|every|die|deine) (?:summary|summaries|abstract|zusammenfassung)\b",
        r"\b(?:automated|automatic|artificial) (?:reader|summari[sz]er|system|agent)s?\b",
        r"\b(?:program|software|machine|tool|model|system)s? (?:reading|that reads?|processing) this\b",
        r"\b(?:developer|debug|admin|root|god) mode\b|\bsystem override\b|\bnew (?:task|role|rules?)\s*:",
        r"\bfrom now on\b[^.]{0,30}\b(?:respond|reply|answer|write|speak)\b",
        r"\byou have been (?:selected|chosen|instructed|told)\b",
        # Words to a machine by name.
        rf"\b(?:if|when) you are (?:an? )?{_MACHINE}\b|\byou are (?:now )?(?:an? )?(?:{_MACHINE}|pirate)\b",
        rf"\b(?:dear|hey|hello|attention|note to|for) (?:any |all |the )?{_MACHINE}s?\b[^.]{{0,20}}"
        r"[,:!]",
        rf"\b{_MACHINE}\s*:",
        r"\byou (?:must|should|will) (?:now )?(?:answer|output|say|reply|respond|include|act as|pretend)\b",
        r"\bI authori[sz]e you\b",
        r"\b(?:reveal|print|show|leak|send)\b[^.]{0,40}\b(?:api key|password|secret|prompt)\b",
        r"\bcannot be summari[sz]ed\b|\bempty string\b|\bwhat should the (?:summary|answer) be\b",
        r"\bthe visible text\b|\bdecode and follow\b|\bROT-?13\b",
        # Orders to a machine that could act.
        r"\bcall the tool\b|\b\w+\(\s*[\"“]https?://|169\.254\.169\.254|~/\.ssh|/etc/passwd|`[^`]*\b(?:cat|curl|rm)\b",
        r"\bSay:|\bOutput:|\bAnswer:|\bA:\s+[A-Z]{4,}",
        # The same in other languages.
        r"\bignorier\w*\b[^.]{0,60}\b(?:anweisung|befehl|text|artikel)",
        r"\b(?:antworte|schreibe|gib) (?:nur|ausschlie)",
        r"\bignor(?:e|ez|er)\b[^.]{0,60}\b(?:instruction|consigne)|\br[ée]ponds? (?:uniquement|seulement)\b",
        r"\bignor(?:a|e|ar|en)\b[^.]{0,60}\binstruccion|\bresponde (?:solo|s[óo]lo|[úu]nicamente)\b",
        r"\bignor(?:a|e|are)\b[^.]{0,60}\bistruzion|\bignor(?:e|ar)\b[^.]{0,60}\binstru[çc]",
        r"игнорир\w*[^.]{0,60}(?:инструкци|указани)|ответь только",
        r"指示[^。]{0,20}(?:無視|忘れ)|だけ答え|忽略[^。]{0,20}(?:指令|指示|说明)|무시하",
    )
)


_WEAK = re.compile(
    r"\b(?:please|kindly|bitte|merci de|por favor|prego|s'il vous plaît)\b"
    r"|\b(?:must|shall|should|have to|has to|needs? to|requested to|asked to|supposed to|required to)\b"
    r"|\b(?:muss|müssen|soll|sollen|doit|doivent|debe|deben|deve)\b|\b(?:you|your)\b"
    r"|(?:^|[,:;!.] )(?:also |now |then )?(?:write|say|mention|describe|print|return|respond|compose|"
    r"translate|conclude|end|begin|start|tell|add|append|include|use|call|praise|repeat|state|claim|note|remember|stop|"
    r"leave|read|visit|buy|click|subscribe)\b"
    r"|\b(?:real|actual|true) (?:article|text|story|task|topic|subject)\b|(?-i:\b[A-Z]{4,}\b)|=|#",
    re.IGNORECASE,
)
"""What many sentences have, orders among them."""


def may_speak_to_machine(text: str) -> bool:
    """Whether `text` is to be taken for an order where it has nothing in common with its article."""
    return bool(_WEAK.search(text))


def speaks_to_machine(text: str) -> bool:
    """Whether `text` reads as an order to whatever program may read it."""
    hidden = _HIDDEN.findall(text)
    if len(hidden) >= _HIDDEN_FEW:
        return True
    plain = unicodedata.normalize("NFKC", _HIDDEN.sub("", text))
    return any(pattern.search(plain) for pattern in _PATTERNS)
